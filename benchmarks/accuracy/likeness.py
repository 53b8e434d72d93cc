"""Compares synthetic people with real ones, and shows where they differ.

``python -m benchmarks.accuracy.likeness --faces FOLDER [--errata FILE]``, with the folder of
``benchmarks.accuracy.reference``. Only photographs that the service accepts as captures count. For each model, it
compares the scores of photographs with each other, the spectrum of the covariance and the variance within a person. It
also compares the scores of captures with templates with the references from which the service takes its cut-offs. It
writes only numbers: no photograph, no vector.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.figures import SHIPPED
from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.accuracy.likeness_figures import (
    GENUINE_LEVELS,
    IMPOSTOR_LEVELS,
    plain_summary,
    spectrum,
    summary,
    within_share,
)
from benchmarks.accuracy.likeness_report import as_markdown, draw
from benchmarks.accuracy.sample import Sample, sample_of
from benchmarks.common.engines import MODELS
from benchmarks.common.machine import describe_machine
from benchmarks.common.protocols import Vectors, pairs
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.synthetic import SyntheticPeople, read_shape
from embeddings.core.models import ModelCard
from embeddings.scores.references import FNMR_LEVELS, reference

STRANGERS, KNOWN, PHOTOGRAPHS = 2_000, 400, 10
"""Synthetic people with one photograph, synthetic people with several, and the number of these."""

SEVERAL, MOST = 4, 10
"""Real people with at least ``SEVERAL`` photographs count as known, with at most ``MOST`` of them."""

COMPARED = 600
"""Real strangers whose scores are compared and whose spectra are computed."""

DRAWS = 20
"""Samples of the size of the real one, over whose spectra the mean is taken."""

ENROLLED, PROBES = 20_000, 4_000
"""People whose captures are compared with their own templates, and those of them compared with all other templates."""

RATES = (1e-3, 1e-4, 1e-5, 1e-6)
"""Rates of impostor scores. The reference knows all of them; of the synthetic scores, 64 reach the last."""

BINS = 60
SEED = 20261124


def strangers_of(sample: Sample) -> Sample:
    """Returns the first photograph of each of ``COMPARED`` people, drawn at random, or of all people."""
    numbers, first = np.unique(sample.people, return_index=True)
    chosen = np.random.default_rng(SEED).permutation(len(numbers))[:COMPARED]
    return Sample("strangers", sample.vectors[first[chosen]], np.arange(len(chosen)))


def known_of(sample: Sample) -> Sample:
    """Returns the photographs of the people with ``SEVERAL`` or more, at most ``MOST`` of each."""
    able = sample.with_captures(SEVERAL)
    kept = np.concatenate([np.flatnonzero(sample.people == person)[:MOST] for person in able])
    return Sample("known", sample.vectors[kept], np.unique(sample.people[kept], return_inverse=True)[1])


def synthetic(drawn: SyntheticPeople, people: int, photographs: int) -> Sample:
    """Draws people with photographs each."""
    vectors = drawn.draw(people, photographs).captures
    return Sample("synthetic", vectors.reshape(-1, vectors.shape[-1]), np.repeat(np.arange(people), photographs))


def compare(sample: Sample, card: ModelCard) -> dict[str, Any]:
    """Computes all figures of one model, for real people with intervals."""
    drawn = SyntheticPeople(card, SEED)
    strangers, known = strangers_of(sample), known_of(sample)
    made_strangers, made_known = synthetic(drawn, STRANGERS, 1), synthetic(drawn, KNOWN, PHOTOGRAPHS)
    samples = [synthetic(drawn, len(strangers.people), 1) for _ in range(DRAWS)]
    return {
        "source": {"strangers": strangers.in_words, "known": known.in_words},
        "groups": read_shape(card).groups,
        "impostors": _scores(strangers, made_strangers, IMPOSTOR_LEVELS, own=False),
        "genuine": _scores(known, made_known, GENUINE_LEVELS, own=True),
        "spectrum": {
            "real": spectrum(strangers.vectors),
            "synthetic": _mean_spectrum([one.vectors for one in samples]),
        },
        "within": {
            "real": within_share(known.vectors, known.people),
            "synthetic": within_share(made_known.vectors, made_known.people),
        },
        "reference": beside_reference(card),
    }


def beside_reference(card: ModelCard) -> dict[str, Any]:
    """Returns the scores of captures with templates of five, in the reference and for synthetic people."""
    known, people = reference(card.model_id), SyntheticPeople(card, SEED).draw(ENROLLED, captures=1)
    queries = people.captures[:, 0]
    genuine = (queries * people.templates).sum(axis=1)
    impostors = queries[:PROBES] @ people.templates[PROBES:].T
    return {
        "genuine": {
            "levels": FNMR_LEVELS,
            "reference": known.genuine,
            "synthetic": [float(one) for one in np.quantile(genuine, FNMR_LEVELS)],
        },
        "impostors": {
            "rates": RATES,
            "resolved": known.impostors.resolved,
            "reference": [known.impostors.score_at(rate) for rate in RATES],
            "synthetic": [float(one) for one in np.quantile(impostors, [1 - rate for rate in RATES])],
        },
    }


def _scores(found: Sample, made: Sample, levels: Sequence[float], *, own: bool) -> dict[str, Any]:
    few, many = (pairs(some.vectors, some.people)[0 if own else 1] for some in (found, made))
    edges = np.linspace(min(few.scores.min(), many.scores.min()), max(few.scores.max(), many.scores.max()), BINS + 1)
    densities = {
        which: np.histogram(one.scores, edges, density=True)[0].tolist()
        for which, one in (("real", few), ("synthetic", many))
    }
    return {
        "real": summary(few, levels),
        "synthetic": plain_summary(many.scores, levels),
        "density": {"edges": edges.tolist(), **densities},
    }


def _mean_spectrum(samples: Sequence[Vectors]) -> dict[str, Any]:
    found = [spectrum(sample) for sample in samples]
    return {
        "cumulative": np.mean([one["cumulative"] for one in found], axis=0).tolist(),
        "effective": float(np.mean([one["effective"] for one in found])),
    }


def main(arguments: list[str]) -> None:
    """Embeds, compares, draws and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.likeness", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    embedded, *_ = embed_all(chosen, chosen.models)
    figures = {card.model_id: compare(sample_of(embedded, {card.model_id: 1.0}), card) for card in SHIPPED}
    markdown = as_markdown(figures)
    print(markdown)
    written = write_results(
        "likeness",
        "How like real people the synthetic ones are",
        machine=describe_machine(),
        figures=figures,
        markdown=markdown,
        folder=chosen.results,
    )
    draw(figures, written[0].with_suffix(".png"))


if __name__ == "__main__":
    main(sys.argv[1:])
