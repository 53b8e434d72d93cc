"""All figures of one folder of faces."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.evaluation.budget_check import check_budgets
from benchmarks.evaluation.embedded import Embedded
from benchmarks.evaluation.fusion import Chooser, every_combination, of_card, weights_of
from benchmarks.evaluation.hardness import by_quality, own_scores, refused
from benchmarks.evaluation.ideas import measure_ideas
from benchmarks.evaluation.identification import (
    ENROL,
    Fit,
    Trials,
    by_gallery_size,
    fnir_afterwards,
    fnir_at_fpir,
)
from benchmarks.evaluation.second_opinion import fnir_with_second_opinion
from benchmarks.evaluation.sign_up_floors import by_floor
from benchmarks.evaluation.verification import (
    FMRS,
    det_curve,
    equal_error_rate,
    fnmr_at_fmr,
    fold_accuracy,
    read_pairs,
)
from benchmarks.protocols import Vectors, gallery_size, is_enough, open_set, pairs, splits
from embeddings.models import ModelCard
from embeddings.references import reference
from embeddings.score_tail import Floats, Integers
from service.budget import Budget

GROWING_FPIR = 0.01
"""Of FNIR by the size of the gallery: at a smaller one, so few strangers as there are could not choose a cut-off."""

HISTOGRAM_BINS = 80

Figures = dict[str, Any]


def measure(
    embedded: Embedded,
    cards: Sequence[ModelCard],
    budget: Budget,
    pairs_file: Path | None,
    *,
    second_opinion_for: ModelCard,
    simplest: ModelCard,
) -> Figures:
    """Everything but the detectors alone.

    Args:
        embedded: the folder.
        cards: the models as shipped, the default first.
        budget: for whose cut-offs the decision is shown.
        pairs_file: a list in the format of LFW's ``pairs.txt``, if the folder has one.
        second_opinion_for: the model that searches where the default's networks are asked only in doubt.
        simplest: the model on which ideas are tried too.
    """
    people, shipped = embedded.people, {card.model_id: of_card(embedded.vectors, card) for card in cards}
    default = cards[0]
    half = gallery_size(people, max(ENROL))
    cutoff = budget.decision([reference(default.model_id).impostors], half, default.margin).cutoff
    weights = weights_of(default)
    return {
        "found": _found(embedded),
        "verification": {name: _verification(vectors, people) for name, vectors in shipped.items()},
        "folds": _folds(embedded, shipped, pairs_file),
        "combinations": _combinations(embedded, shipped),
        "afterwards": {name: _afterwards(vectors, people) for name, vectors in shipped.items()},
        "second_opinion": fnir_with_second_opinion(embedded.vectors, people, weights_of(second_opinion_for), weights),
        "gallery_size": _gallery_size(shipped, people),
        "budget": {card.model_id: _budget(embedded, shipped[card.model_id], card) for card in cards},
        "histogram": _histogram(shipped[default.model_id], people, half, cutoff),
        "quality": {"cutoff": cutoff, "rows": by_quality(embedded, shipped[default.model_id], cutoff)},
        "sign_ups": {name: by_floor(vectors, people) for name, vectors in shipped.items()},
        "ideas": {card.model_id: measure_ideas(embedded, weights_of(card)) for card in (default, simplest)},
        "milliseconds": {step: float(np.median(runs)) for step, runs in embedded.milliseconds.items()},
    }


def _found(embedded: Embedded) -> Figures:
    return {
        "people": len(embedded.names),
        "photographs": len(embedded.labels) + len(embedded.missed),
        "missed": list(embedded.missed),
        "several_faces": list(embedded.several),
        "detectors": embedded.detectors,
        "refused": refused(embedded),
    }


def _verification(vectors: Vectors, people: Integers) -> Figures:
    genuine, impostor = pairs(vectors, people)
    fmr, fnmr = det_curve(genuine, impostor)
    return {
        "genuine": len(genuine),
        "impostor": len(impostor),
        "rates": [fnmr_at_fmr(genuine, impostor, people, rate) for rate in FMRS],
        "eer": equal_error_rate(genuine, impostor),
        "det": {"fmr": fmr.tolist(), "fnmr": fnmr.tolist()},
    }


def _folds(embedded: Embedded, shipped: Mapping[str, Vectors], pairs_file: Path | None) -> Figures | None:
    if pairs_file is None:
        return None
    folds = read_pairs(pairs_file)
    index = {label: row for row, label in enumerate(embedded.labels)}
    return {name: fold_accuracy(vectors, index, folds) for name, vectors in shipped.items()}


def _combinations(embedded: Embedded, shipped: Mapping[str, Vectors]) -> list[Figures]:
    """Every combination with weights chosen on other people, and the models with the weights they ship with."""
    rows = []
    combinations = every_combination(list(embedded.vectors))
    for networks in tqdm(combinations, f"{embedded.name}, combinations", unit="combination", disable=None):
        vectors = {network: embedded.vectors[network] for network in networks}
        chooser = Chooser(networks, vectors, embedded.people)
        rates = _rates(chooser, embedded.people)
        rows.append({"networks": list(networks), "weights": dict(chooser.usual), "chosen": True, "rates": rates})
    for name, of_model in shipped.items():
        trials = Trials.of(of_model, embedded.people)
        rows.append({"model_id": name, "chosen": False, "rates": _rates(lambda _: trials, embedded.people)})  # noqa: B023
    return rows


def _rates(fit: Fit, people: Integers) -> Figures:
    return {str(captures): fnir_at_fpir(fit, people, captures) for captures in ENROL}


def _afterwards(vectors: Vectors, people: Integers) -> Figures:
    return {str(captures): fnir_afterwards(Trials.of(vectors, people), captures) for captures in ENROL}


def _gallery_size(shipped: Mapping[str, Vectors], people: Integers) -> Figures:
    return {
        "fpir": GROWING_FPIR,
        "models": {
            name: by_gallery_size(vectors, people, max(ENROL), GROWING_FPIR) for name, vectors in shipped.items()
        },
    }


def _budget(embedded: Embedded, vectors: Vectors, card: ModelCard) -> Figures:
    """On all photographs, and on those that the service would accept, where enough of them are left."""
    accepted = embedded.accepted
    rows = {"all photographs": check_budgets(vectors, embedded.people, card)}
    if not accepted.all() and is_enough(embedded.people[accepted]):
        rows["accepted photographs"] = check_budgets(vectors[accepted], embedded.people[accepted], card)
    return rows


def _histogram(vectors: Vectors, people: Integers, half: int, cutoff: float) -> Figures:
    """Captures against templates of five, of their own person and of others."""
    drawn = splits(vectors, people, captures=max(ENROL), gallery=half, count=100, seed=1)
    found = open_set(vectors, people, drawn)
    edges = np.linspace(-0.2, 1.0, HISTOGRAM_BINS + 1)
    return {
        "edges": edges.tolist(),
        "own": _density(found.own.scores, edges),
        "foreign": _density(found.foreign.scores, edges),
        "cutoff": cutoff,
        "people": half,
        "lowest_own": float(own_scores(vectors, people).min()),
    }


def _density(scores: Floats, edges: Floats) -> list[float]:
    counts, _ = np.histogram(scores, edges)
    return [float(share) for share in counts / max(counts.sum(), 1)]
