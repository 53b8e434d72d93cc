"""Whether the budget holds on people it has not seen: half of a set is enrolled, the other half are strangers.

The cut-off is the service's own: from the model's reference and, from 20 people on, from the gallery's captures.
"""

from typing import Any
from uuid import uuid4

import numpy as np
from tqdm import tqdm

from benchmarks.protocols import Searches, Split, Vectors, gallery_size, open_set, splits
from benchmarks.statistics import Counts, accepted, cutoff_for
from db.impostor_tails import Sampled
from embeddings.models import ModelCard
from embeddings.references import reference
from embeddings.score_tail import Floats, Integers, ScoreTail
from embeddings.vectors import encode_vector
from service.budget import Budget
from service.impostors import estimate_tail

BUDGETS = (0.01, 0.003, 0.001)
CAPTURES, SPLITS, SEED = 5, 60, 20261124


def check_budgets(vectors: Vectors, people: Integers, card: ModelCard) -> dict[str, Any]:
    """Achieved FPIR and FNIR of each budget, beside the best cut-offs for the same FPIR, of each split and of all.

    Args:
        vectors: (n, dimension) of this model, a photograph a row.
        people: (n,) int64, whose each is, from 0 on.
        card: the model.
    """
    count = int(people.max()) + 1
    half, same_person = gallery_size(people, CAPTURES), reference(card.model_id).same_person
    drawn = splits(vectors, people, captures=CAPTURES, gallery=half, count=SPLITS, seed=SEED)
    rows: dict[float, list[dict[str, Any]]] = {budget: [] for budget in BUDGETS}
    for split in tqdm(drawn, "budget", SPLITS, unit="split", disable=None):
        tails = _tails(vectors, people, split, card)
        found = open_set(vectors, people, iter([split]))
        mated, strangers = _decided(found.mated, card), _decided(found.strangers, card)
        for budget in BUDGETS:
            cutoff = Budget(budget, budget).decision(tails, half, card.margin, same_person).cutoff
            rows[budget].append(
                {
                    "cutoff": cutoff,
                    "missed": Counts.of(found.mated.best.first, ~(mated >= cutoff), count),
                    "taken": Counts.of(found.strangers.best.first, strangers >= cutoff, count),
                    "mated": mated,
                    "strangers": strangers,
                }
            )
    return {"enrolled": half, "splits": SPLITS, "budgets": [_summed(budget, rows[budget]) for budget in BUDGETS]}


def _summed(budget: float, rows: list[dict[str, Any]]) -> dict[str, Any]:
    missed, taken = (sum((row[name] for row in rows[1:]), rows[0][name]) for name in ("missed", "taken"))
    return {
        "budget": budget,
        "cutoff": float(np.mean([row["cutoff"] for row in rows])),
        "fpir": taken.share().as_dict(),
        "fnir": missed.share().as_dict(),
        "best_fnir": float(np.mean([_best_fnir([row], budget) for row in rows])),
        "best_fnir_of_one": _best_fnir(rows, budget),
    }


def _best_fnir(rows: list[dict[str, Any]], budget: float) -> float:
    """By the one cut-off that keeps these splits' strangers within the budget."""
    mated, strangers = (np.concatenate([row[name] for row in rows]) for name in ("mated", "strangers"))
    return 1.0 - accepted(mated, cutoff_for(strangers, budget))


def _decided(searches: Searches, card: ModelCard) -> Floats:
    """The best scores, without those that the margin over the second best refuses."""
    return np.where(searches.lead >= card.margin, searches.best.scores, -np.inf)


def _tails(vectors: Vectors, people: Integers, split: Split, card: ModelCard) -> list[ScoreTail]:
    """What the service would know: the reference, and what the captures of the people enrolled tell."""
    known = reference(card.model_id)
    sampled = []
    for person, template in zip(split.enrolled, split.templates, strict=True):
        captures = np.setdiff1d(np.flatnonzero(people == person), split.mated)
        sampled.append(Sampled(uuid4(), template, [encode_vector(vectors[index]) for index in captures]))
    estimate = estimate_tail(sampled, same_person=known.same_person)
    return [known.impostors] if estimate is None else [known.impostors, estimate.tail]
