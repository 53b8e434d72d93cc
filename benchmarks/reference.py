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

from benchmarks.accuracy import Embedded, embed_photographs
from benchmarks.engines import MODELS, open_engine
from benchmarks.faces import list_photographs
from benchmarks.protocols import Vectors
from benchmarks.statistics import Floats, Integers
from embeddings.models import CARDS
from embeddings.references import FNMR_LEVELS, STANDS_FOR, Reference, reference_file
from embeddings.score_tail import Comparisons, fit_tail
from embeddings.vectors import template

CAPTURES, DRAWS, SEED = 5, 40, 20261124
"""Captures to a template, how often templates are drawn for the genuine scores, and the seed."""

TEMPLATE_GAIN = 0.02
"""How much higher a stranger's score with a template of five captures is than with a single one, at the same rate:
0.020 to 0.022 at rates of 0.1 to 0.001 on LFW, and 0.020 to 0.030 on ORL. The mean of five is shorter than one, and
brought to unit length."""


def impostor_scores(vectors: Vectors, people: Integers) -> Comparisons:
    """Every photograph against the first one of everybody else, as if that were a template of ``CAPTURES``.

    Args:
        vectors: (n, dimension), rows of unit length.
        people: (n,) int64, whose each is, from 0 on.
    """
    _, firsts = np.unique(people, return_index=True)
    scores = (vectors @ vectors[firsts].T).astype(np.float64) + TEMPLATE_GAIN
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
    measured = [card.model_id for card in CARDS if card.model_id not in STANDS_FOR]
    engine, _ = open_engine(measured[0], chosen.models, measured[1:])
    strangers, logins = (
        embed_photographs(engine, list_photographs(folder), measured) for folder in (chosen.strangers, chosen.logins)
    )
    for model_id in measured:
        tail = fit_tail(impostor_scores(strangers.vectors[model_id], strangers.people))
        genuine = np.quantile(genuine_scores(logins.vectors[model_id], logins.people), FNMR_LEVELS)
        reference = Reference(
            f"impostors: {_described(strangers)}; genuine: {_described(logins)}",
            tail,
            tuple(round(float(score), 4) for score in genuine),
        )
        reference_file(model_id).write_text(json.dumps(reference.as_json()) + "\n", encoding="utf-8")
        print(f"{model_id}: {reference.source}; {tail.comparisons} impostor comparisons")


def _described(embedded: Embedded) -> str:
    return f"{len(embedded.people)} photographs of {len(np.unique(embedded.people))} people"


if __name__ == "__main__":
    main(sys.argv[1:])
