"""The answer of any system to a login. It needs no package, because workers in other environments import it too."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """The best candidate of a search.

    Attributes:
        person: the name that they were enrolled by.
        score: higher is more similar; of any scale.
        refused: whether the system never accepts this candidate, whatever its cut-off, because the second-best person
            is too similar.
    """

    person: str
    score: float
    refused: bool = False
