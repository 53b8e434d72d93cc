"""The guide names all metrics; the alerts and the dashboard use existing ones."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import yaml

from service.domain.decision import Outcome
from service.http.error_table import TABLE
from service.runtime.metrics import Way
from tests.http.conftest import Api

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text()
ALERTS = ROOT / "deploy" / "prometheus" / "visage-alerts.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "visage.json"
SUFFIX = re.compile(r"_(total|bucket|sum|count|created)$")


def served(api: Api) -> set[str]:
    """Returns the metrics of a service that has done everything except building an index."""
    api.store(person=1)
    api.recognize(person=1)
    text = api.client.get("/metrics").text
    return {SUFFIX.sub("", line.split()[2]) for line in text.splitlines() if line.startswith("# TYPE ")}


def metrics_in(expression: str) -> set[str]:
    """Returns the metrics of an expression of PromQL."""
    return {SUFFIX.sub("", name) for name in re.findall(r"\bvisage_\w+", expression)}


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return found


def test_every_metric_is_in_the_guide(api: Api) -> None:
    assert sorted(name for name in served(api) if f"`{name}" not in GUIDE) == []


OF_AN_INDEX = {"visage_index_recall", "visage_upkeep_timestamp_seconds"}


def test_every_metric_of_the_alerts_is_served(api: Api) -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert len(rules) == len({rule["alert"] for rule in rules})
    for rule in rules:
        named = metrics_in(rule["expr"])
        assert named, rule["alert"]
        assert sorted(named - served(api) - OF_AN_INDEX) == [], rule["alert"]
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_every_code_and_outcome_of_the_alerts_exists() -> None:
    text = ALERTS.read_text()
    codes = {code for group in re.findall(r'code=~"([^"]+)"', text) for code in group.split("|")}
    assert codes
    assert codes <= set(TABLE)
    assert set(re.findall(r'outcome!?="([^"]+)"', text)) <= set(Outcome)
    assert set(re.findall(r'way="([^"]+)"', text)) <= set(get_args(Way))


def test_every_metric_of_the_dashboard_is_served(api: Api) -> None:
    targets = [target for panel in dashboard()["panels"] for target in panel["targets"]]
    for target in targets:
        named = metrics_in(target["expr"])
        assert named, target["expr"]
        assert sorted(named - served(api) - OF_AN_INDEX) == [], target["expr"]


def test_the_dashboard_can_be_imported_with_any_data_source() -> None:
    found = dashboard()
    variables = {one["name"]: one for one in found["templating"]["list"]}
    assert variables["datasource"]["query"] == "prometheus"
    panels = found["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        for one in (panel, *panel["targets"]):
            assert one["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    taken = [
        (x, y)
        for panel in dashboard()["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
