"""How like real people the synthetic ones are, and where they are not.

``python -m benchmarks.likeness --strangers FOLDER --logins FOLDER``, with the folders of ``benchmarks.reference``: many
people with a photograph or two each, and a few with many. Of either only photographs count that the service accepts as
captures. Compared are the default model and each network: the scores of photographs with each other, the spectrum of
the covariance and the variance within a person; and the scores of captures with templates beside the references from
which the service takes its cut-offs. What it writes is numbers: no photograph, no vector.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import pearsonr

from benchmarks.engines import MODELS
from benchmarks.evaluation.fusion import of_card
from benchmarks.evaluation.networks import SHIPPED, embed
from benchmarks.likeness_figures import (
    GENUINE_LEVELS,
    IMPOSTOR_LEVELS,
    plain_summary,
    spectrum,
    summary,
    within_share,
)
from benchmarks.likeness_report import as_markdown, draw
from benchmarks.machine import describe_machine
from benchmarks.protocols import Vectors, pairs
from benchmarks.reference import accepted_only
from benchmarks.results import RESULTS, write_results
from benchmarks.synthetic import SyntheticPeople, read_shapes
from embeddings.models import CARDS, DIMENSIONS, ModelCard
from embeddings.references import FNMR_LEVELS, reference
from embeddings.score_tail import Floats, Integers

STRANGERS, KNOWN, PHOTOGRAPHS = 2_000, 400, 10
"""Synthetic people with one photograph, those with several, and how many."""

DRAWS = 20
"""Samples as large as the real one, over whose spectra the mean is taken."""

ENROLLED, PROBES = 20_000, 4_000
"""People whose captures go with their own templates beside the reference, and those whose go with all others' too."""

RATES = (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
"""Of impostor scores; among so many synthetic ones the last is that of 64."""

BINS = 60
SEED = 20261124

Networks = Mapping[str, Vectors]


@dataclass(frozen=True)
class Photographs:
    """Photographs of some people.

    Attributes:
        vectors: by network, and by the default model's id, (n, dimension) unit vectors.
        people: (n,) int64, whose each is, from 0 on.
    """

    vectors: Networks
    people: Integers

    def firsts(self, name: str) -> Vectors:
        """Everybody's first photograph."""
        _, first = np.unique(self.people, return_index=True)
        return self.vectors[name][first]

    @property
    def source(self) -> str:
        """How many there are of how many people."""
        return f"{len(self.people)} photographs of {len(np.unique(self.people))} people"


def real(vectors: Networks, people: Integers, card: ModelCard) -> Photographs:
    """Photographs as :func:`benchmarks.reference.accepted_only` returns them, with the model's vectors too."""
    return Photographs({card.model_id: of_card(vectors, card), **vectors}, people)


def synthetic(drawn: SyntheticPeople, card: ModelCard, people: int, photographs: int) -> Photographs:
    """So many people with so many photographs each."""
    vectors = drawn.draw(people, photographs).captures.reshape(people * photographs, card.dimension)
    return Photographs({card.model_id: vectors, **parts(vectors, card)}, np.repeat(np.arange(people), photographs))


def parts(vectors: Vectors, card: ModelCard) -> dict[str, Vectors]:
    """The unit vectors of each network in a model's vectors, (n, dimension)."""
    borders = np.cumsum([DIMENSIONS[network] for network in card.networks])[:-1]
    some = zip(card.networks, np.split(vectors, borders, axis=1), strict=True)
    return {network: part / np.linalg.norm(part, axis=1, keepdims=True) for network, part in some}


def compare(strangers: Photographs, logins: Photographs, card: ModelCard) -> dict[str, Any]:
    """All figures: real ones with intervals where they are few."""
    drawn = SyntheticPeople(card, SEED)
    made_strangers, made_logins = synthetic(drawn, card, STRANGERS, 1), synthetic(drawn, card, KNOWN, PHOTOGRAPHS)
    samples = [synthetic(drawn, card, len(np.unique(strangers.people)), 1) for _ in range(DRAWS)]
    return {
        "source": {"strangers": strangers.source, "logins": logins.source},
        "models": {
            name: {
                "impostors": _scores(strangers, made_strangers, name, IMPOSTOR_LEVELS, own=False),
                "genuine": _scores(logins, made_logins, name, GENUINE_LEVELS, own=True),
                "spectrum": {
                    "real": spectrum(strangers.firsts(name)),
                    "synthetic": _mean_spectrum([sample.vectors[name] for sample in samples]),
                },
                "within": {
                    "real": within_share(logins.vectors[name], logins.people),
                    "synthetic": within_share(made_logins.vectors[name], made_logins.people),
                },
            }
            for name in strangers.vectors
        },
        "correlations": _correlations(card, (strangers, made_strangers), (logins, made_logins)),
        "references": {one.model_id: beside_reference(one) for one in SHIPPED},
    }


def beside_reference(card: ModelCard) -> dict[str, Any]:
    """The scores of captures with templates of five, as the reference has them and of synthetic people."""
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


def _scores(found: Photographs, made: Photographs, name: str, levels: Sequence[float], *, own: bool) -> dict[str, Any]:
    few, many = (pairs(some.vectors[name], some.people)[0 if own else 1] for some in (found, made))
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


def _correlations(
    card: ModelCard, strangers: tuple[Photographs, Photographs], logins: tuple[Photographs, Photographs]
) -> list[dict[str, Any]]:
    """Of the scores of two networks: ``impostors`` and ``genuine``, each ``real`` and ``synthetic``."""
    return [
        {
            "networks": [one, other],
            "impostors": _both(strangers, one, other, own=False),
            "genuine": _both(logins, one, other, own=True),
        }
        for one, other in combinations(card.networks, 2)
    ]


def _both(some: tuple[Photographs, Photographs], one: str, other: str, *, own: bool) -> dict[str, float]:
    def scores(photographs: Photographs, name: str) -> Floats:
        return pairs(photographs.vectors[name], photographs.people)[0 if own else 1].scores

    found, made = (float(pearsonr(scores(which, one), scores(which, other)).statistic) for which in some)
    return {"real": found, "synthetic": made}


def main(arguments: list[str]) -> None:
    """Embeds, compares, draws and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.likeness", description=__doc__)
    parser.add_argument("--strangers", type=Path, required=True, help="folder of person/photograph, many people")
    parser.add_argument("--logins", type=Path, required=True, help="folder of person/photograph, many photographs")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    card = CARDS[0]
    strangers, logins = (
        real(*accepted_only(embed(folder, chosen.models)), card) for folder in (chosen.strangers, chosen.logins)
    )
    figures = compare(strangers, logins, card)
    markdown = as_markdown(figures, read_shapes().groups)
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
