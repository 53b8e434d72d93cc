"""What ``visage check`` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Inconsistency:
    """Something that is wrong.

    Attributes:
        subject: whose or what: a username, a path below the data folder or the name of an index.
        fault: what is wrong with it, in words.
        repaired: whether it has been put right.
    """

    subject: str
    fault: str
    repaired: bool
