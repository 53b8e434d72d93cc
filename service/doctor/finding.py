"""A finding of the doctor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``trouble``: whether the operator should do something."""

    name: str
    text: str
    trouble: bool = False
