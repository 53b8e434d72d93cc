"""Every error has its words; tests/browser checks that the widget has some for each."""

from service.http.errors import CODES, HTTP_CODES, TABLE


def test_every_code_that_can_occur_is_in_the_table() -> None:
    assert set(CODES.values()) | set(HTTP_CODES.values()) <= set(TABLE)
