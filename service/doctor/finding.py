"""A finding of the doctor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: of what was checked; empty if the line belongs to the one before it.
        text: what was found, and what to do.
        trouble: whether the operator should do something.
        checked: whether it was checked at all in this process.
    """

    name: str
    text: str
    trouble: bool = False
    checked: bool = True
