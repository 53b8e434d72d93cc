"""Writes the models' reference scores, from which the cut-offs start.

``python -m benchmarks.accuracy.reference --faces FOLDER [--faces ...] [--errata FILE]``: the first folder contains many
people, to whose scores the tail is fitted. The others are groups, whose level is measured. Only photographs that the
service accepts as captures count. Run it when a network, its alignment or a weight changes. It writes numbers: no
photograph, no vector. It also saves the resulting cut-offs for galleries of every size.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.figures import SHIPPED
from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.accuracy.groups import fmr_by_group
from benchmarks.accuracy.reference_report import as_markdown
from benchmarks.accuracy.sample import Sample, enrol, genuine_scores, impostor_scores, sample_of
from benchmarks.accuracy.tail_fit import ImpostorScores, fit_tail
from benchmarks.accuracy.verification import cutoff_at, impostor_histogram
from benchmarks.common.engines import MODELS
from benchmarks.common.machine import describe_machine
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.statistics import Floats
from embeddings.core.models import ModelCard
from embeddings.scores.references import FNMR_LEVELS, Group, Reference, reference_file
from service.domain.budget import Budget
from service.domain.impostor_model import ImpostorModel

CAPTURES = 5
"""Captures a template, or as many as a person has: see :func:`template_gains`."""

GAIN_RATES = (0.01, 0.001)
"""The rates of impostor scores at which templates of few captures are compared with those of ``CAPTURES``."""

GROUP_FMR = 0.001
"""The reference's FMR that defines the cut-off at which groups are compared with it."""

FMR = 0.0001
GALLERIES, FPIRS = (5, 100, 1_000, 10_000, 100_000, 1_000_000), (0.001, 0.01)
"""The numbers of people and the budgets in the report of cut-offs and their cost; ``VISAGE_FMR`` has its default."""

KNOWN_AS = {
    "lfw": "Labeled Faces in the Wild",
    "casia-facev5": "East Asian people before a webcam (CASIA-FaceV5)",
    "meds": "people in United States mugshots (NIST SD 32)",
    "frmdb": "young Italians in mugshots (airtlab)",
}
"""The name of each folder in the reference; any other folder keeps its own name."""


def measure(base: Sample, groups: Sequence[Sample]) -> Reference:
    """Computes one model's reference."""
    tail = fit_tail(as_of_full_templates(base))
    genuine, _ = genuine_scores(base, CAPTURES)
    cutoff = cutoff_at(impostor_histogram(base), GROUP_FMR)
    return Reference(
        f"{base.in_words} of {KNOWN_AS.get(base.name, base.name)}",
        tail,
        base.level(),
        tuple(_group(sample, cutoff) for sample in groups),
        tuple(round(float(score), 4) for score in np.quantile(genuine, FNMR_LEVELS)),
    )


def as_of_full_templates(sample: Sample) -> ImpostorScores:
    """Scores every capture with all other people's templates, as if each template had ``CAPTURES`` captures.

    Most people have only one or two photographs. The expected gain of a full template is added to their scores.
    """
    found = impostor_scores(sample, enrol(sample, range(sample.count), CAPTURES))
    captures = np.minimum(np.bincount(sample.people), CAPTURES)
    return replace(found, scores=found.scores + template_gains(sample)[captures[found.enrolled]])


def template_gains(sample: Sample) -> Floats:
    """Returns, for each number of captures, by how much strangers score higher with a template of ``CAPTURES``.

    The result is (``CAPTURES`` + 1,). The mean of several captures is shorter than one capture, and is scaled to unit
    length. It is measured on the people who have so many captures, at the same rates.
    """
    able = sample.with_captures(CAPTURES)
    quantiles = [
        np.quantile(impostor_scores(sample, enrol(sample, able, captures)).scores, [1.0 - rate for rate in GAIN_RATES])
        for captures in range(1, CAPTURES + 1)
    ]
    return np.array([0.0, *(float((quantiles[-1] - one).mean()) for one in quantiles)])


def _group(sample: Sample, cutoff: float) -> Group:
    (row,) = fmr_by_group(sample, [cutoff], [GROUP_FMR])
    ratio = {name: round(value, 2) for name, value in row["ratio"].items()}
    return Group(
        KNOWN_AS.get(sample.name, sample.name),
        len(sample.people),
        sample.level(),
        ratio["value"],
        (ratio["low"], ratio["high"]),
    )


def in_use(known: Reference, card: ModelCard) -> dict[str, Any]:
    """Returns the cut-off and its FNMR that follow from a model's reference, by budget and number of people.

    For a gallery without own scores, and for a gallery whose people are like the reference's.
    """
    ways = {"untaught": ImpostorModel(known), "like the reference": ImpostorModel(known, known.level)}
    return {
        "shape": known.impostors.shape,
        "comparisons": known.impostors.comparisons,
        "ways": {way: [_within(Budget(fpir, FMR), one, card) for fpir in FPIRS] for way, one in ways.items()},
    }


def _within(budget: Budget, impostors: ImpostorModel, card: ModelCard) -> dict[str, Any]:
    cutoffs = {people: budget.decision(impostors, people, card.margin).cutoff for people in GALLERIES}
    return {
        "fpir": budget.fpir,
        "honest_up_to": budget.largest_honest_gallery(impostors),
        "galleries": [
            {"people": people, "cutoff": cutoff, "fnmr": impostors.reference.fnmr_at(cutoff)}
            for people, cutoff in cutoffs.items()
        ],
    }


def main(arguments: list[str]) -> None:
    """Measures, writes one file a model, and saves the resulting cut-offs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.reference", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    folders = embed_all(chosen, chosen.models)
    known = {}
    for card in SHIPPED:
        base, *groups = (sample_of(one, {card.model_id: 1.0}) for one in folders)
        known[card] = measure(base, groups)
        reference_file(card.model_id).write_text(json.dumps(known[card].as_json()) + "\n", encoding="utf-8")
    figures = {
        "source": next(iter(known.values())).source,
        "models": {card.model_id: in_use(one, card) for card, one in known.items()},
    }
    markdown = as_markdown(figures)
    print(markdown)
    title = "What the reference scores foretell"
    machine = describe_machine()
    write_results("reference", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
