"""Every error has its words; tests/browser checks that the widget has some for each."""

from pathlib import Path

from service.http.errors import CODES, HTTP_CODES, TABLE


def test_every_code_that_can_occur_is_in_the_table() -> None:
    assert set(CODES.values()) | set(HTTP_CODES.values()) <= set(TABLE)


def test_every_code_is_documented_with_its_status() -> None:
    documented = (Path(__file__).parent.parent.parent / "docs" / "api.md").read_text()
    missing = [
        code for code, entry in TABLE.items() if f"| `{code}` | {entry.status} | {entry.message} |" not in documented
    ]
    assert missing == []
