"""A further network asked only where the first ones are unsure."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.evaluation.fusion import Weights, concatenated
from benchmarks.evaluation.identification import DRAWS, FPIRS, REPEATS, SEED, Trials
from benchmarks.protocols import Vectors, halves
from benchmarks.statistics import Counts, cutoff_for
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
    searching, deciding = (Trials.of(concatenated(vectors, weights), people) for weights in (first, all_of))
    for number, (choose, judge) in enumerate(halves(people, REPEATS, SEED)):
        known = [
            one.search(choose, CAPTURES, SEED + number, DRAWS).strangers.best.scores for one in (searching, deciding)
        ]
        judged = [one.search(judge, CAPTURES, SEED - number, DRAWS) for one in (searching, deciding)]
        for fpir in FPIRS:
            cutoffs = [cutoff_for(scores, fpir) for scores in known]
            for mated, into in ((True, missed), (False, taken)):
                one, other = ((found.mated if mated else found.strangers).best for found in judged)
                unsure = np.abs(one.scores - cutoffs[0]) < BAND
                same = one.second == other.second
                match = np.where(unsure, same & (other.scores >= cutoffs[1]), one.scores >= cutoffs[0])
                into[fpir] += Counts.of(one.first, ~match if mated else match, count)
                if mated:
                    asked[fpir] += Counts.of(one.first, unsure, count)
    return [
        {
            "fpir": fpir,
            "fnir": missed[fpir].share().as_dict(),
            "fpir_achieved": taken[fpir].share().as_dict(),
            "asked": asked[fpir].share().value,
        }
        for fpir in FPIRS
    ]
