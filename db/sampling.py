"""Random samples of the templates, the same ones each time from the same rows."""

SURPLUS = 2
"""Pages are drawn for so many times the rows that are wanted, as their number varies. Which of their rows are taken
goes by a hash of the user id: the first ones of a table are the people who came first."""


def percentage(wanted: int, rows: int) -> float:
    """What to give ``TABLESAMPLE SYSTEM`` for at least ``wanted`` of about so many rows, most likely; 0 to 100."""
    return min(100.0, 100.0 * SURPLUS * wanted / max(rows, 1))
