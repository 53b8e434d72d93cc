"""Error rates of presentation attack detection, as ISO/IEC 30107-3 names them.

APCER: the share of attack presentations of one species that are accepted as bona fide. BPCER: the share of bona fide
presentations that are rejected as attacks. Presentations without a detected face count as rejected.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scipy.stats import beta

from embeddings.liveness import Flaw

Z = 1.959964
"""The normal deviate of a two-sided interval of 95 %."""


@dataclass
class Row:
    """The results of the presentations with one label.

    Attributes:
        attempts: the number of presentations.
        people: the people whose faces they show.
        accepted: the number accepted as bona fide.
        flaws: the number in which each check found a flaw.
        alone: the number in which it was the only such check.
    """

    attempts: int = 0
    people: set[str] = field(default_factory=set)
    accepted: int = 0
    flaws: Counter[Flaw] = field(default_factory=Counter)
    alone: Counter[Flaw] = field(default_factory=Counter)

    def add(self, person: str, flaws: Iterable[Flaw]) -> None:
        """Counts one presentation."""
        found = set(flaws)
        self.attempts += 1
        self.people.add(person)
        self.accepted += not found
        self.flaws.update(found)
        if len(found) == 1:
            self.alone.update(found)

    def as_dict(self) -> Mapping[str, Any]:
        """Returns the figures for a result file."""
        low, high = wilson(self.accepted, self.attempts)
        return {
            "attempts": self.attempts,
            "people": len(self.people),
            "accepted": self.accepted,
            "low": low,
            "high": high,
            "flaws": {flaw.value: self.flaws[flaw] for flaw in Flaw if self.flaws[flaw]},
            "alone": {flaw.value: self.alone[flaw] for flaw in Flaw if self.alone[flaw]},
        }


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Returns the 95 % interval of a share by Wilson (1927), which is useful even without a hit."""
    if not trials:
        return 0.0, 1.0
    share, weight = hits / trials, Z * Z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * (share * (1 - share) / trials + weight / (4 * trials)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def clopper_pearson(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson, 1934): from 0 to 1 without a trial."""
    tail = (1.0 - level) / 2
    low = float(beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1.0 - tail, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high
