"""The server and the widget speak of the same errors."""

import re

import web
from service.http.errors import CODES, HTTP_CODES, TABLE


def test_every_code_that_can_occur_is_in_the_table() -> None:
    assert set(CODES.values()) | set(HTTP_CODES.values()) <= set(TABLE)


def test_the_widget_has_a_sentence_for_every_code() -> None:
    translations = (web.FOLDER / "translations" / "en.js").read_text()
    keys = set(re.findall(r"""["']?([\w.]+)["']?\s*:""", translations))
    missing = [code for code in TABLE if not any(key.split(".")[-1] == code for key in keys)]
    assert missing == []
