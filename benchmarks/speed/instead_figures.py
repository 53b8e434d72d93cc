"""The figures of ``benchmarks.speed.instead``: FNIR at the cut-off that gives a fixed FPIR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from benchmarks.common.statistics import NEVER, Estimate, Floats, Integers, cutoff_for
from benchmarks.pad.rates import clopper_pearson
from benchmarks.peers.answer import Answer

FPIR = 0.003

NOBODY = float("-inf")
"""The score of a stranger whom a system refuses at any cut-off."""

REPLICATES, SEED = 2_000, 20261130

ByName = Mapping[str, Sequence[Answer | None]]
"""The answers of each system to the same searches."""


@dataclass(frozen=True)
class Searches:
    """The results of one system's searches.

    Attributes:
        mated: (m,) float64, the score of each search for an enrolled person; ``NEVER`` if it cannot succeed.
        people: (m,) int64, the person searched for.
        strangers: (s,) float64, the score of each search for a person who is not enrolled, one for each person.
        wrong: mated searches whose best candidate is another person.
        faceless: mated searches whose photograph the system does not accept.
    """

    mated: Floats
    people: Integers
    strangers: Floats
    wrong: int
    faceless: int


def searches_of(names: Sequence[str], mated: Sequence[Answer | None], strangers: Sequence[Answer | None]) -> Searches:
    """Collects the answers of one system; ``names`` are the people of the mated searches."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    right = [answer is not None and answer.person == name for name, answer in zip(names, mated, strict=True)]
    scores = [
        answer.score if answer is not None and hit and not answer.refused else NEVER
        for hit, answer in zip(right, mated, strict=True)
    ]
    return Searches(
        mated=np.array(scores, np.float64),
        people=np.array([numbers[name] for name in names], np.int64),
        strangers=np.array([NOBODY if one is None or one.refused else one.score for one in strangers], np.float64),
        wrong=sum(one is not None and not hit for one, hit in zip(mated, right, strict=True)),
        faceless=sum(one is None for one in mated),
    )


def error_rates(names: Sequence[str], answers: ByName, fpir: float = FPIR) -> dict[str, Any]:
    """Returns the FNIR of every system at its lowest cut-off that lets in at most this share of the strangers.

    Args:
        names: the people of the mated searches.
        answers: by system, of the mated searches and then of the strangers'.
        fpir: the share of strangers.

    Returns:
        By system: ``accepted``, the figures on the photographs that every system accepts; and ``all``, on all of them,
        where a photograph that the system does not accept counts as a miss.
    """
    common = [all(some) for some in zip(*([one is not None for one in some] for some in answers.values()), strict=True)]
    mated, strangers = common[: len(names)], common[len(names) :]
    return {
        "mated": sum(mated),
        "strangers": sum(strangers),
        "systems": {
            name: {
                "accepted": _rates(
                    searches_of(
                        list(compress(names, mated)),
                        list(compress(some[: len(names)], mated)),
                        list(compress(some[len(names) :], strangers)),
                    ),
                    fpir,
                ),
                "all": _rates(searches_of(names, some[: len(names)], some[len(names) :]), fpir),
            }
            for name, some in answers.items()
        },
    }


def _rates(found: Searches, fpir: float) -> dict[str, Any]:
    return {
        "cutoff": cutoff_for(found.strangers, fpir),
        "fnir": estimate(found, fpir).as_dict(),
        "wrong": found.wrong,
        "faceless": found.faceless,
    }


def estimate(found: Searches, fpir: float, replicates: int = REPLICATES) -> Estimate:
    """Returns the FNIR with its 95 % bootstrap interval.

    Enrolled people and strangers are both drawn with replacement, so the interval includes that the cut-off depends on
    which strangers were searched for. Without a miss, the upper end is the exact one for as many trials as people
    (Clopper and Pearson), because the drawn figures would all be 0.
    """
    people = int(found.people.max()) + 1
    trials = np.bincount(found.people, minlength=people)
    generator = np.random.default_rng(SEED)
    drawn_rates = []
    for _ in range(replicates):
        cutoff = cutoff_for(generator.choice(found.strangers, len(found.strangers)), fpir)
        drawn = generator.integers(people, size=people)
        missed = np.bincount(found.people, ~(found.mated >= cutoff), people)
        drawn_rates.append(missed[drawn].sum() / trials[drawn].sum())
    low, high = np.percentile(drawn_rates, [2.5, 97.5])
    value = float(np.mean(~(found.mated >= cutoff_for(found.strangers, fpir))))
    if value == 0.0:
        high = max(high, clopper_pearson(0, people)[1])
    return Estimate(value, float(low), float(high))
