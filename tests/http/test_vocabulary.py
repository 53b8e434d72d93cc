"""Every error and hint has a message; tests/web checks that the widget has one for each."""

from pathlib import Path

import pytest

from embeddings.core.types import Reason
from service.faces.guidance import Hint
from service.http.error_table import CODES, ROWS, TABLE, Group


def test_every_group_has_rows_and_every_code_has_one_row() -> None:
    codes = [row.code for rows in ROWS.values() for row in rows]
    assert set(ROWS) == set(Group)
    assert len(codes) == len(set(codes)) == len(TABLE)


def test_every_exception_stands_in_one_row() -> None:
    named = [kind for row in TABLE.values() for kind in row.exceptions]
    assert len(named) == len(set(named)) == len(CODES)


def test_every_reason_to_refuse_a_capture_has_a_row() -> None:
    assert set(Reason) <= set(TABLE)


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
