"""Fits the synthetic people to photographs: ``python -m benchmarks.accuracy.synthetic_fit --faces FOLDER [--errata
FILE]``.

The folder contains many people, as for ``benchmarks.accuracy.reference``, whose scores the synthetic people should
have. The mean face and the variances between people and between one person's photographs are measured. The unevenness
of photographs is chosen so that captures' scores with their own people's templates are nearest to the reference's. The
groups are chosen so that impostor scores are nearest. It writes numbers: no photograph, no vector.
"""

import argparse
import json
import sys
from dataclasses import replace
from itertools import product

import numpy as np
from tqdm import tqdm

from benchmarks.accuracy.figures import SHIPPED
from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.accuracy.sample import Sample, sample_of
from benchmarks.common.engines import MODELS
from benchmarks.common.statistics import Floats
from benchmarks.common.synthetic import SHAPES, Drawn, Shape, SyntheticPeople
from embeddings.core.models import ModelCard
from embeddings.scores.references import FNMR_LEVELS, reference

UNEVENNESS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
GROUPS = (10, 30, 100, 300, 1_000)
RESEMBLANCE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""The values to try."""

RATES = (1e-3, 1e-4, 1e-5)
"""Rates of impostor scores at which synthetic people are compared with the reference, which knows only the tail."""

ENROLLED, PROBES = 10_000, 2_000
"""People drawn for a comparison, and those of them who are compared with all others."""

LEAST_VARIANCE = 1e-6
"""The variance of an axis along which no variance between people was measured."""


def fit(sample: Sample, card: ModelCard) -> Shape:
    """Fits the shape of a model's vectors."""
    shape = measured(sample)
    return min(_grouped(_uneven(shape, card)), key=lambda one: impostors_off(one, card))


def measured(sample: Sample) -> Shape:
    """Measures the mean face, and the variances between people and within them, directly on photographs."""
    counts = np.bincount(sample.people)
    sums = np.zeros((sample.count, sample.vectors.shape[1]))
    np.add.at(sums, sample.people, sample.vectors.astype(np.float64))
    means = sums / counts[:, np.newaxis]
    within = sample.vectors - means[sample.people]
    capture = within.T @ within / (counts - 1).sum()
    left_in_means = capture * (1.0 / counts).mean()
    variances, axes = np.linalg.eigh(np.cov(means, rowvar=False) - left_in_means)
    person, axes = variances[::-1], axes[:, ::-1]
    along = np.einsum("ij,ik,kj->j", axes, capture, axes)
    mean = float(np.linalg.norm(means.mean(axis=0)))
    return Shape(round(mean, 4), _rounded(np.maximum(person, LEAST_VARIANCE)), _rounded(along), 0.0, 1, 0.0)


def genuine_off(shape: Shape, card: ModelCard) -> float:
    """Returns the root mean square difference of genuine scores, captures with own templates, from the reference's."""
    drawn = _drawn(shape, card)
    found = np.quantile((drawn.captures[:, 0] * drawn.templates).sum(axis=1), FNMR_LEVELS)
    return _off(found, np.array(reference(card.model_id).genuine))


def impostors_off(shape: Shape, card: ModelCard) -> float:
    """Returns the root mean square difference of impostor scores from the reference's."""
    drawn = _drawn(shape, card)
    scores = drawn.captures[:PROBES, 0] @ drawn.templates[PROBES:].T
    found = np.quantile(scores, [1 - rate for rate in RATES])
    return _off(found, np.array([reference(card.model_id).impostors.score_at(rate) for rate in RATES]))


def _uneven(shape: Shape, card: ModelCard) -> Shape:
    tried = [replace(shape, unevenness=spread) for spread in UNEVENNESS]
    return min(tried, key=lambda one: genuine_off(one, card))


def _grouped(shape: Shape) -> list[Shape]:
    return [replace(shape, groups=groups, resemblance=share) for groups, share in product(GROUPS, RESEMBLANCE)]


def _drawn(shape: Shape, card: ModelCard) -> Drawn:
    return SyntheticPeople(card, shape=shape).draw(ENROLLED, captures=1)


def _off(found: Floats, wanted: Floats) -> float:
    return float(np.sqrt(((found - wanted) ** 2).mean()))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def main(arguments: list[str]) -> None:
    """Embeds, fits and writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.synthetic_fit", description=__doc__)
    add_arguments(parser)
    chosen = parser.parse_args(arguments)
    embedded, *_ = embed_all(chosen, MODELS)
    shapes = {
        card.model_id: fit(sample_of(embedded, {card.model_id: 1.0}), card).as_json()
        for card in tqdm(SHIPPED, "models", disable=None)
    }
    SHAPES.write_text(json.dumps(shapes) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
