"""Every combination of the networks, with weights chosen on other people than they are judged on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from benchmarks.evaluation.identification import SEED, Trials, mean_fnir
from benchmarks.protocols import Vectors
from embeddings.models import DLIB_RESNET, FACENET_CASIA_WEBFACE, MOBILEFACENET, ModelCard
from embeddings.score_tail import Integers

GRID = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8)
"""What the weights of every network but the first are tried at, as shares of ``MIDDLE``."""

MIDDLE = {FACENET_CASIA_WEBFACE: 1.0, MOBILEFACENET: 2.0, DLIB_RESNET: 2.0}
"""Where the grid has its middle. dlib's cosines of strangers spread a fifth as far as the others'."""

CHOOSING_CAPTURES, CHOOSING_FPIRS = 3, (0.1, 0.01)
"""What weights are chosen by: with fewer misses than these leave, half the people would tell nothing."""

Weights = Mapping[str, float]


def every_combination(networks: Sequence[str]) -> list[tuple[str, ...]]:
    """Each network alone, every two, and so on, the first ones first."""
    return [chosen for count in range(1, len(networks) + 1) for chosen in combinations(networks, count)]


def concatenated(vectors: Mapping[str, Vectors], weights: Weights) -> Vectors:
    """Unit vectors whose cosine is the weighted mean of the networks' cosines (``embeddings.vectors.concatenate``)."""
    total = sum(weights.values())
    return np.hstack([vectors[network] * np.float32(np.sqrt(weight / total)) for network, weight in weights.items()])


def weights_of(card: ModelCard) -> Weights:
    """The weights of a model's networks."""
    return {component.network: component.weight for component in card.components}


def of_card(vectors: Mapping[str, Vectors], card: ModelCard) -> Vectors:
    """A model's vectors, from those of each network."""
    return concatenated(vectors, weights_of(card))


@dataclass
class Chooser:
    """Chooses the weights of a combination on some of the people.

    Attributes:
        networks: whose vectors are combined.
        vectors: of each network, a row a photograph.
        people: whose each photograph is.
        chosen: the weights it has chosen, one for each half of the people that it was asked for.
    """

    networks: tuple[str, ...]
    vectors: Mapping[str, Vectors]
    people: Integers
    chosen: dict[tuple[int, ...], Weights] = field(default_factory=dict)

    def __call__(self, choose: Integers) -> Trials:
        """See ``identification.Fit``."""
        key = tuple(sorted(int(person) for person in choose))
        if key not in self.chosen:
            self.chosen[key] = min(
                self._grid(), key=lambda weights: (self._loss(weights, choose), _off_middle(weights))
            )
        return self._trials(self.chosen[key])

    @property
    def usual(self) -> Weights:
        """The median of the weights chosen."""
        return {
            network: float(np.median([weights[network] for weights in self.chosen.values()]))
            for network in self.networks
        }

    def _grid(self) -> Iterable[Weights]:
        for shares in product(GRID, repeat=len(self.networks) - 1):
            yield {
                network: MIDDLE[network] * share for network, share in zip(self.networks, (1.0, *shares), strict=True)
            }

    def _trials(self, weights: Weights) -> Trials:
        return Trials.of(concatenated(self.vectors, weights), self.people)

    def _loss(self, weights: Weights, choose: Integers) -> float:
        if len(self.networks) == 1:
            return 0.0
        return mean_fnir(self._trials(weights), choose, CHOOSING_CAPTURES, CHOOSING_FPIRS, SEED)


def _off_middle(weights: Weights) -> float:
    """Of weights that do equally well those nearest to the middle are taken."""
    return float(sum(abs(np.log(weight / MIDDLE[network])) for network, weight in weights.items()))
