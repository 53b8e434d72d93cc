"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``trouble`` where the operator should do something."""

    name: str
    text: str
    trouble: bool = False
