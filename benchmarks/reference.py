"""Writes the models' reference scores, from which the cut-off starts.

``python -m benchmarks.reference --strangers FOLDER --logins FOLDER``: the impostor scores are those of many people
with a photograph or two each (``benchmarks.reference_faces`` lays them out), the genuine ones those of a few with many.
Run it when a network, its alignment or a weight changes. What it writes is numbers: no photograph, no vector.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.engines import MODELS
from benchmarks.evaluation.embedded import Embedded
from benchmarks.evaluation.fusion import of_card
from benchmarks.evaluation.networks import SHIPPED, embed
from benchmarks.protocols import Vectors
from benchmarks.statistics import Floats, Integers
from embeddings.references import FNMR_LEVELS, Reference, reference_file
from embeddings.score_tail import Comparisons, fit_tail
from embeddings.vectors import template

CAPTURES, DRAWS, SEED = 5, 40, 20261124
"""Captures to a template, how often templates are drawn for the genuine scores, and the seed."""

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


def impostor_scores(vectors: Vectors, people: Integers, gain: float) -> Comparisons:
    """Every photograph against the first one of everybody else, as if that were a template of ``CAPTURES``.

    Args:
        vectors: (n, dimension), rows of unit length.
        people: (n,) int64, whose each is, from 0 on.
        gain: what such a template scores more, see :func:`template_gain`.
    """
    _, firsts = np.unique(people, return_index=True)
    scores = (vectors @ vectors[firsts].T).astype(np.float64) + gain
    row, column = np.nonzero(people[:, np.newaxis] != np.arange(len(firsts)))
    return Comparisons(scores[row, column], people[row], column)


def genuine_scores(vectors: Vectors, people: Integers) -> Floats:
    """Photographs against templates of ``CAPTURES`` others of the same person, drawn ``DRAWS`` times: (m,) float64."""
    generator = np.random.default_rng(SEED)
    scores = []
    for _ in range(DRAWS):
        for person in np.unique(people):
            own = vectors[generator.permutation(np.flatnonzero(people == person))]
            scores.append(own[CAPTURES:] @ template(list(own[:CAPTURES])))
    return np.concatenate(scores).astype(np.float64)


def main(arguments: list[str]) -> None:
    """Measures and writes one file a model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--strangers", type=Path, required=True, help="folder of person/photograph, many people")
    parser.add_argument("--logins", type=Path, required=True, help="folder of person/photograph, many photographs")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    chosen = parser.parse_args(arguments)
    strangers, logins = (embed(folder, chosen.models) for folder in (chosen.strangers, chosen.logins))
    for card in SHIPPED:
        known = of_card(logins.vectors, card)
        gain = template_gain(known, logins.people)
        tail = fit_tail(impostor_scores(of_card(strangers.vectors, card), strangers.people, gain))
        genuine = np.quantile(genuine_scores(known, logins.people), FNMR_LEVELS)
        reference = Reference(
            f"impostors: {_described(strangers)}; genuine: {_described(logins)}",
            tail,
            tuple(round(float(score), 4) for score in genuine),
        )
        reference_file(card.model_id).write_text(json.dumps(reference.as_json()) + "\n", encoding="utf-8")
        print(f"{card.model_id}: {reference.source}; {tail.comparisons} impostor comparisons, gain {gain:.4f}")


def _described(embedded: Embedded) -> str:
    return f"{len(embedded.people)} photographs of {len(np.unique(embedded.people))} people"


if __name__ == "__main__":
    main(sys.argv[1:])
