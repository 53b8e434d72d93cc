"""Text in the cells of a CSV file that may be opened in a spreadsheet.

A spreadsheet evaluates a cell that begins with one of a few characters. Such a formula can fetch addresses and start
programs (OWASP, "CSV Injection"). If the spreadsheet splits cells at semicolons or tabs, a formula can also begin in
the middle of one of our cells. An apostrophe before such a character makes it text. Reading removes one apostrophe, so
every text survives a round trip.
"""

import re

_BEGIN = r"(?:(?<=[;\t\r\n])|^)"
"""Matches where a cell may begin."""

_FORMULA = r"(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])"
"""Matches before the first character of a formula, including the full-width forms."""

_PLAIN, _ESCAPED = re.compile(f"{_BEGIN}('*){_FORMULA}"), re.compile(f"{_BEGIN}'('*){_FORMULA}")


def as_cell(text: str) -> str:
    """Returns the text as a cell that no spreadsheet evaluates."""
    return _PLAIN.sub(r"'\1", text)


def from_cell(cell: str) -> str:
    """Returns the text of a cell that :func:`as_cell` wrote."""
    return _ESCAPED.sub(r"\1", cell)
