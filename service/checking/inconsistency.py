"""A finding of ``visage check``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Inconsistency:
    """One inconsistency.

    Attributes:
        subject: a username, a path below the data folder or the name of an index.
        fault: what is wrong with it, in words.
        repaired: whether it has been repaired.
    """

    subject: str
    fault: str
    repaired: bool
