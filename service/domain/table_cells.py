"""Text in the cells of a CSV file that may be opened in a spreadsheet.

A spreadsheet computes a cell that begins with one of a few characters, which may fetch addresses and start programs
(OWASP, "CSV Injection"). Where it takes semicolons or tabs for the ends of cells, one may begin in the middle of ours.
An apostrophe before such a character makes it text. Reading takes one away again, so that every text comes back.
"""

import re

_BEGIN = r"(?:(?<=[;\t\r\n])|^)"
"""Where a cell may begin."""

_FORMULA = r"(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])"
"""What a formula begins with, the wide forms of these characters included."""

_PLAIN, _ESCAPED = re.compile(f"{_BEGIN}('*){_FORMULA}"), re.compile(f"{_BEGIN}'('*){_FORMULA}")


def as_cell(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return _PLAIN.sub(r"'\1", text)


def from_cell(cell: str) -> str:
    """The text of a cell by :func:`as_cell`."""
    return _ESCAPED.sub(r"\1", cell)
