"""Checks whether the service's own decision keeps the budget on people it has not seen.

Half of a group, or a given number of people, is enrolled; all others are strangers. The cut-off is the service's: from
the model's reference alone, and with what the service learns from the gallery's captures.
"""

from typing import Any

import numpy as np

from benchmarks.accuracy.hardness import own_scores
from benchmarks.accuracy.open_set import search
from benchmarks.accuracy.sample import SEED, Sample, enrol
from benchmarks.common.statistics import Counts, Floats, Integers
from embeddings.core.models import ModelCard
from embeddings.scores.impostor_level import ImpostorLevel, impostor_level
from embeddings.scores.references import reference
from service.domain.budget import Budget
from service.domain.impostor_model import ImpostorModel
from service.gallery.impostors import MIN_PEOPLE, SAMPLE

BUDGETS = (0.01, 0.001)
FMR = 0.0001
"""The service's default for comparisons with one person; a search is never less strict."""

GALLERIES = (5, 10, 20)
CAPTURES = 3
SPLITS = 100
LARGE_SPLITS = 10
"""Splits of a gallery with more people than :data:`GALLERIES`, whose searches take longer and vary less."""


def check_budgets(sample: Sample, card: ModelCard) -> list[dict[str, Any]]:
    """Returns FPIR and FNIR for each gallery size, budget and way to a cut-off.

    Everybody with at least two captures may be enrolled, with up to three. FNIR compares each capture of an enrolled
    person with the template of their other captures, because some people have only two.
    """
    able = sample.with_captures(2)
    sizes = [size for size in GALLERIES if size <= len(able) and size < sample.count]
    half = min(len(able), sample.count // 2)
    if half > max(sizes, default=0):
        sizes.append(half)
    own = own_scores(sample.vectors, sample.people)
    return [row for size in sizes for row in _of_size(sample, card, able, size, own)]


def _of_size(sample: Sample, card: ModelCard, able: Integers, size: int, own: Floats) -> list[dict[str, Any]]:
    known, generator = reference(card.model_id), np.random.default_rng(SEED)
    none = Counts(np.zeros(sample.count), np.zeros(sample.count))
    ways = ("by the reference alone", "with what the gallery teaches")
    taken = {(budget, way): none for budget in BUDGETS for way in ways}
    missed = dict(taken)
    cutoffs: dict[tuple[float, str], list[float]] = {key: [] for key in taken}
    splits = SPLITS if size <= max(GALLERIES) else LARGE_SPLITS
    for split in range(splits):
        people = generator.choice(able, size, replace=False)
        found = search(sample, enrol(sample, people, CAPTURES, SEED + split))
        mated = np.flatnonzero(np.isin(sample.people, people) & ~np.isnan(own))
        for (budget, way), counted in taken.items():
            taught = _level(sample, people) if way == ways[1] else None
            decision = Budget(budget, FMR).decision(ImpostorModel(known, taught), size, card.margin)
            let_in = found.strangers >= decision.cutoff
            taken[budget, way] = counted + Counts.of(found.strange_people, let_in, sample.count)
            refused = own[mated] < decision.cutoff
            missed[budget, way] += Counts.of(sample.people[mated], refused, sample.count)
            cutoffs[budget, way].append(decision.cutoff)
    return [
        {
            "enrolled": size,
            "splits": splits,
            "budget": budget,
            "way": way,
            "cutoff": float(np.mean(cutoffs[budget, way])),
            "fpir": taken[budget, way].share().as_dict(),
            "fnir": missed[budget, way].share().as_dict(),
        }
        for budget, way in taken
    ]


def _level(sample: Sample, people: Integers) -> ImpostorLevel | None:
    """Returns what the service would learn from this gallery; None if the gallery is too small."""
    if len(people) < MIN_PEOPLE:
        return None
    captures = [sample.vectors[np.flatnonzero(sample.people == person)[:CAPTURES]] for person in people[:SAMPLE]]
    return impostor_level([list(one) for one in captures])
