"""docs/operations.md names all metrics, and only existing ones."""

import re
from pathlib import Path

from tests.http.conftest import Api

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
SUFFIX = re.compile(r"_(total|bucket|sum|count|created)$")


def served(api: Api) -> set[str]:
    """Returns the metrics of a service that has done everything except building an index."""
    api.store(person=1)
    api.recognize(person=1)
    text = api.client.get("/metrics").text
    return {SUFFIX.sub("", line.split()[2]) for line in text.splitlines() if line.startswith("# TYPE ")}


def test_every_metric_is_in_the_guide(api: Api) -> None:
    assert sorted(name for name in served(api) if f"`{name}" not in GUIDE) == []


def test_every_metric_of_the_guides_alerts_is_served(api: Api) -> None:
    alerts = GUIDE.partition("groups:")[2].partition("```")[0]
    named = {SUFFIX.sub("", name) for name in re.findall(r"\bvisage_\w+", alerts)}
    of_an_index = {"visage_index_recall", "visage_upkeep_timestamp_seconds"}
    assert sorted(named - served(api) - of_an_index) == []
