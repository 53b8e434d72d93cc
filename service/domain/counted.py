"""Writes numbers for operators: counts with their nouns, and shares as percentages."""

LEAST_PERCENT = 0.001
"""The smallest percentage that is written with its digits; no decision depends on the digits of a smaller one."""


def counted(count: int, one: str, many: str) -> str:
    """Returns a count with the noun in the right number, such as ``1 person`` or ``1,200 people``."""
    return f"{count:,} {one if count == 1 else many}"


def percent(share: float) -> str:
    """Returns a share (0 to 1) as a percentage with two significant digits, such as ``0.013 %``."""
    value = 100 * share
    if 0 < value < LEAST_PERCENT:
        return f"less than {LEAST_PERCENT} %"
    return f"{float(f'{value:.2g}'):g} %"
