"""Computes all figures of an evaluation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.accuracy import choice
from benchmarks.accuracy.budget_check import check_budgets
from benchmarks.accuracy.by_tail import by_tail
from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.folds import draw_pairs, fold_accuracy, read_pairs
from benchmarks.accuracy.groups import FMRS, fmr_by_group
from benchmarks.accuracy.hardness import by_quality, refused
from benchmarks.accuracy.kin import kin_scores
from benchmarks.accuracy.open_set import open_set
from benchmarks.accuracy.sample import Sample, sample_of
from benchmarks.accuracy.sign_up_floors import by_floor
from benchmarks.accuracy.verification import cutoff_at, impostor_histogram, verification
from embeddings.core.models import CARDS, ModelCard
from embeddings.scores.references import STANDS_FOR, reference
from service.domain.budget import Budget
from service.domain.impostor_model import ImpostorModel

SHIPPED = [card for card in CARDS if card.model_id not in STANDS_FOR]
"""The models that can be measured, the default first."""

LARGE = 50
"""A folder with fewer people with at least four captures is only a group, too small for the other figures."""

Figures = dict[str, Any]


def measure(folders: Sequence[Embedded], pairs_files: Mapping[str, Path], budget: Budget) -> Figures:
    """Computes all figures.

    Args:
        folders: embedded; groups are compared with the first.
        pairs_files: by folder, a list in the format of LFW's ``pairs.txt``, for folders that have one.
        budget: the budget whose cut-off is used to show quality.
    """
    samples = {card.model_id: {one.name: sample_of(one, {card.model_id: 1.0}) for one in folders} for card in SHIPPED}
    base, *groups = folders
    return {
        "reference": base.name,
        "folders": {
            one.name: _folder(one, {card: samples[card.model_id][one.name] for card in SHIPPED}, pairs_files, budget)
            for one in tqdm(folders, "figures", unit="folder", disable=None)
        },
        "groups": {card.model_id: _groups(samples[card.model_id], base.name) for card in SHIPPED},
        "choice": choice.compare(base, groups) if groups else [],
        "milliseconds": base.milliseconds(),
    }


def _folder(
    embedded: Embedded, samples: Mapping[ModelCard, Sample], pairs_files: Mapping[str, Path], budget: Budget
) -> Figures:
    found = {
        "found": _found(embedded),
        "level": _each(samples, lambda sample, _: sample.level().as_json()),
        "budgets": _each(samples, check_budgets),
    }
    if len(next(iter(samples.values())).with_captures(4)) < LARGE:
        return found
    return found | {
        "verification": _each(samples, lambda sample, _: verification(sample)),
        "open_set": _each(samples, lambda sample, card: open_set(sample, card.margin)),
        "by_tail": _each(samples, lambda sample, _: by_tail(sample)),
        "folds": _folds(embedded, samples, pairs_files),
        "kin": {card.model_id: kin_scores(embedded, card.model_id) for card in samples},
        "sign_ups": _each(samples, lambda sample, _: by_floor(sample)),
        "quality": _quality(embedded, next(iter(samples)), budget),
    }


def _each(samples: Mapping[ModelCard, Sample], work: Any) -> Figures:
    return {card.model_id: work(sample, card) for card, sample in samples.items()}


def _found(embedded: Embedded) -> Figures:
    return {
        "people": len(embedded.names),
        "photographs": len(embedded.labels) + len(embedded.missed),
        "left_out": len(embedded.left_out),
        "missed": len(embedded.missed),
        "accepted": int(embedded.accepted.sum()),
        "detectors": embedded.detectors,
        "refused": refused(embedded),
    }


def _folds(embedded: Embedded, samples: Mapping[ModelCard, Sample], pairs_files: Mapping[str, Path]) -> Figures:
    """Uses all photographs, even those that the service refuses, as other publications do."""
    listed = embedded.name in pairs_files
    folds = read_pairs(pairs_files[embedded.name]) if listed else draw_pairs(embedded)
    index = {label: row for row, label in enumerate(embedded.labels)}
    return {
        "listed": listed,
        "models": {card.model_id: fold_accuracy(embedded.vectors(card.model_id), index, folds) for card in samples},
    }


def _groups(samples: Mapping[str, Sample], base: str) -> Figures:
    histogram = impostor_histogram(samples[base])
    cutoffs = [cutoff_at(histogram, fmr) for fmr in FMRS]
    return {name: fmr_by_group(sample, cutoffs) for name, sample in samples.items() if name != base}


def _quality(embedded: Embedded, card: ModelCard, budget: Budget) -> Figures:
    people = len(embedded.names)
    cutoff = budget.decision(ImpostorModel(reference(card.model_id)), people, card.margin).cutoff
    return {"people": people, "cutoff": cutoff, "rows": by_quality(embedded, embedded.vectors(card.model_id), cutoff)}
