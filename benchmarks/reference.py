"""Writes the models' reference scores, from which the cut-off starts.

``python -m benchmarks.reference --strangers FOLDER --logins FOLDER``: the impostor scores are those of many people
with a photograph or two each (``benchmarks.reference_faces`` lays them out), the genuine ones those of a few with many;
of either only photographs that the service accepts as captures. Run it when a network, its alignment or a weight
changes. What it writes is numbers: no photograph, no vector. Beside them it keeps what they mean for galleries of every
size, and what other weights would do.
"""

import argparse
import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.engines import MODELS
from benchmarks.evaluation.embedded import Embedded
from benchmarks.evaluation.fusion import of_card
from benchmarks.evaluation.networks import SHIPPED, embed
from benchmarks.machine import describe_machine
from benchmarks.protocols import Vectors
from benchmarks.reference_report import as_markdown
from benchmarks.results import RESULTS, write_results
from embeddings.models import DLIB_RESNET, FACENET_CASIA_WEBFACE, MOBILEFACENET, ModelCard, combination
from embeddings.references import FNMR_LEVELS, Reference, reference_file
from embeddings.score_tail import Floats, ImpostorScores, Integers, fit_tail
from embeddings.vectors import template
from service.budget import Budget

CAPTURES, DRAWS, SEED = 5, 40, 20261124
"""Captures to a template, how often templates are drawn for the genuine scores, and the seed."""

WEIGHTS = ((0.0, 1.4, 2.8, 4.0), (0.0, 1.0, 2.0, 4.0))
"""Of MobileFaceNet and of dlib, where FaceNet's is 1."""

SMALL_FMRS = (1e-4, 1e-5, 1e-6, 1e-7)
"""An FPIR of 0.001 asks for 1e-6 in a gallery of a thousand people."""

GALLERIES, FPIRS = (10, 100, 1_000, 10_000, 100_000), (0.001, 0.01)
"""The people enrolled and the budgets for which the cut-off and its cost are told."""

GAIN_RATES = (0.1, 0.01)
"""The rates of impostor scores at which templates of several captures are compared with templates of one."""


def template_gain(vectors: Vectors, people: Integers) -> float:
    """How much higher strangers score with a template of ``CAPTURES`` than with a single capture, at the same rate.

    The mean of several captures is shorter than one, and is brought to unit length.
    """
    generator = np.random.default_rng(SEED)
    with_one, with_several = [], []
    for _ in range(DRAWS):
        for person in np.unique(people):
            own = vectors[generator.permutation(np.flatnonzero(people == person))[:CAPTURES]]
            strangers = vectors[people != person]
            with_one.append(strangers @ own[0])
            with_several.append(strangers @ template(list(own)))
    ranks = [1.0 - rate for rate in GAIN_RATES]
    gains = np.quantile(np.concatenate(with_several), ranks) - np.quantile(np.concatenate(with_one), ranks)
    return float(gains.mean())


def impostor_scores(vectors: Vectors, people: Integers, gain: float) -> ImpostorScores:
    """Every photograph against everybody else's first one, each pair once, as if it were a template of ``CAPTURES``.

    Args:
        vectors: (n, dimension), rows of unit length.
        people: (n,) int64, whose each is, from 0 on.
        gain: what such a template scores more, see :func:`template_gain`.
    """
    _, firsts = np.unique(people, return_index=True)
    scores = (vectors @ vectors[firsts].T).astype(np.float64) + gain
    others = people[:, np.newaxis] != np.arange(len(firsts))
    others[firsts] &= np.arange(len(firsts))[:, np.newaxis] < np.arange(len(firsts))  # two first ones are one pair
    row, column = np.nonzero(others)
    return ImpostorScores(scores[row, column], people[row], column)


def genuine_scores(vectors: Vectors, people: Integers) -> Floats:
    """Photographs against templates of ``CAPTURES`` others of the same person, drawn ``DRAWS`` times: (m,) float64."""
    generator = np.random.default_rng(SEED)
    scores = []
    for _ in range(DRAWS):
        for person in np.unique(people):
            own = vectors[generator.permutation(np.flatnonzero(people == person))]
            scores.append(own[CAPTURES:] @ template(list(own[:CAPTURES])))
    return np.concatenate(scores).astype(np.float64)


def accepted_only(embedded: Embedded) -> tuple[dict[str, Vectors], Integers]:
    """Each network's vectors of the captures that the service accepts, and whose they are, numbered anew from 0 on."""
    kept = embedded.accepted
    _, people = np.unique(embedded.people[kept], return_inverse=True)
    return {network: vectors[kept] for network, vectors in embedded.vectors.items()}, people


def measure(strangers: Embedded, logins: Embedded, card: ModelCard) -> tuple[Reference, Floats]:
    """A model's reference, and the genuine scores whose quantiles it has."""
    vectors, people = accepted_only(logins)
    known = of_card(vectors, card)
    genuine = genuine_scores(known, people)
    unknown, whose = accepted_only(strangers)
    tail = fit_tail(impostor_scores(of_card(unknown, card), whose, template_gain(known, people)))
    source = f"impostors: {_described(whose)}; genuine: {_described(people)}"
    levels = tuple(round(float(score), 4) for score in np.quantile(genuine, FNMR_LEVELS))
    return Reference(source, tail, levels), genuine


def in_use(known: Reference, card: ModelCard) -> dict[str, Any]:
    """What a model's reference means for the operator: by budget and people enrolled, the cut-off and its FNMR.

    Returns:
        ``shape`` of the tail and, for each of ``FPIRS``, ``honest_up_to`` so many people and the ``galleries``.
    """
    return {"shape": known.impostors.shape, "budgets": [_within(Budget(fpir, fpir), known, card) for fpir in FPIRS]}


def _within(budget: Budget, known: Reference, card: ModelCard) -> dict[str, Any]:
    cutoffs = {people: budget.decision([known.impostors], people, card.margin).cutoff for people in GALLERIES}
    return {
        "fpir": budget.fpir,
        "honest_up_to": budget.largest_honest_gallery([known.impostors]),
        "galleries": [
            {"people": people, "cutoff": cutoff, "fnmr": known.fnmr_at(cutoff)} for people, cutoff in cutoffs.items()
        ],
    }


def by_weights(strangers: Embedded, logins: Embedded) -> list[dict[str, Any]]:
    """FNMR at small FMR, which a large gallery asks for, with other weights of MobileFaceNet and dlib."""
    rows = []
    for mobilefacenet, dlib in tqdm(list(product(*WEIGHTS)), "weights", disable=None):
        weights = {FACENET_CASIA_WEBFACE: 1.0, MOBILEFACENET: mobilefacenet, DLIB_RESNET: dlib}
        known, genuine = measure(strangers, logins, combination({name: one for name, one in weights.items() if one}))
        missed = {f"{fmr:g}": float((genuine < known.impostors.score_at(fmr)).mean()) for fmr in SMALL_FMRS}
        rows.append({"mobilefacenet": mobilefacenet, "dlib": dlib, "shape": known.impostors.shape, "fnmr": missed})
    return rows


def main(arguments: list[str]) -> None:
    """Measures, writes one file a model, and keeps what follows from them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--strangers", type=Path, required=True, help="folder of person/photograph, many people")
    parser.add_argument("--logins", type=Path, required=True, help="folder of person/photograph, many photographs")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    strangers, logins = (embed(folder, chosen.models) for folder in (chosen.strangers, chosen.logins))
    models = {}
    for card in SHIPPED:
        known, _ = measure(strangers, logins, card)
        reference_file(card.model_id).write_text(json.dumps(known.as_json()) + "\n", encoding="utf-8")
        models[card.model_id] = in_use(known, card)
    figures = {"source": known.source, "models": models, "weights": by_weights(strangers, logins)}
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "reference",
        "What the reference scores foretell",
        machine=describe_machine(),
        figures=figures,
        markdown=markdown,
        folder=chosen.results,
    )


def _described(people: Integers) -> str:
    return f"{len(people)} photographs of {len(np.unique(people))} people"


if __name__ == "__main__":
    main(sys.argv[1:])
