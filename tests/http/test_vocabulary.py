"""Every error and hint has a message; tests/web checks that the widget has one for each."""

from pathlib import Path

import pytest

from service.faces.guidance import Hint
from service.http.errors import CODES, HTTP_CODES, TABLE


def test_every_code_that_can_occur_is_in_the_table() -> None:
    assert set(CODES.values()) | set(HTTP_CODES.values()) <= set(TABLE)


@pytest.fixture(scope="module")
def documented() -> str:
    return (Path(__file__).parent.parent.parent / "docs" / "api.md").read_text()


def test_every_code_is_documented_with_its_status(documented: str) -> None:
    missing = [
        code for code, entry in TABLE.items() if f"| `{code}` | {entry.status} | {entry.message} |" not in documented
    ]
    assert missing == []


def test_every_hint_is_in_the_table_of_hints(documented: str) -> None:
    guidance = documented.partition("## Guidance")[2].partition("\n## ")[0]
    named = [line.split("|")[1] for line in guidance.splitlines() if line.startswith("| `")]
    assert [hint for hint in Hint if not any(f"`{hint}`" in cell for cell in named)] == []
