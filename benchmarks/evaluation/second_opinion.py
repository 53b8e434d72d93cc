"""A further network asked only where the first ones are unsure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.evaluation.fusion import Weights, concatenated
from benchmarks.evaluation.identification import DRAWS, FPIRS, REPEATS, SEED, Trials
from benchmarks.protocols import Vectors, halves
from benchmarks.statistics import Comparisons, Counts, cutoff_for
from embeddings.score_tail import Integers

CAPTURES = 5

BAND = 0.08
"""How far from the cut-off, to either side, the first networks count as unsure."""


def fnir_with_second_opinion(
    vectors: Mapping[str, Vectors], people: Integers, first: Weights, all_of: Weights
) -> list[dict[str, Any]]:
    """FNIR at each FPIR where scores near the cut-off give way to those of all networks, with their own cut-off.

    Both cut-offs are chosen on one half of the people at the same FPIR and judged on the other. The candidate is the
    first networks' best: the second opinion is about that one person.

    Args:
        vectors: of each network, a row a photograph.
        people: whose each photograph is.
        first: the weights of the networks that search.
        all_of: the weights of all.

    Returns:
        For each FPIR ``fnir``, ``fpir_achieved``, and ``asked``, the share of mated searches in the band.
    """
    count = int(people.max()) + 1
    none = Counts(np.zeros(count), np.zeros(count))
    missed, taken, asked = (dict.fromkeys(FPIRS, none) for _ in range(3))
    trials = [Trials.of(concatenated(vectors, weights), people) for weights in (first, all_of)]
    for number, (choose, judge) in enumerate(halves(people, REPEATS, SEED)):
        known = [one.search(choose, CAPTURES, SEED + number, DRAWS).strangers.best.scores for one in trials]
        judged = [one.search(judge, CAPTURES, SEED - number, DRAWS) for one in trials]
        mated, strangers = [one.mated.best for one in judged], [one.strangers.best for one in judged]
        for fpir in FPIRS:
            cutoffs = [cutoff_for(scores, fpir) for scores in known]
            missed[fpir] += Counts.of(mated[0].first, ~_matches(mated, cutoffs), count)
            taken[fpir] += Counts.of(strangers[0].first, _matches(strangers, cutoffs), count)
            asked[fpir] += Counts.of(mated[0].first, _unsure(mated[0], cutoffs[0]), count)
    return [
        {
            "fpir": fpir,
            "fnir": missed[fpir].share().as_dict(),
            "fpir_achieved": taken[fpir].share().as_dict(),
            "asked": asked[fpir].share().value,
        }
        for fpir in FPIRS
    ]


def _unsure(searches: Comparisons, cutoff: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(searches.scores - cutoff) < BAND)


def _matches(searches: Sequence[Comparisons], cutoffs: Sequence[float]) -> NDArray[np.bool_]:
    """Which of the searches end in a match.

    Args:
        searches: the best candidates by the first networks, and of the same searches by all.
        cutoffs: of the first networks, and of all.
    """
    first, all_of = searches
    confirmed = (first.second == all_of.second) & (all_of.scores >= cutoffs[1])
    return np.where(_unsure(first, cutoffs[0]), confirmed, first.scores >= cutoffs[0])
