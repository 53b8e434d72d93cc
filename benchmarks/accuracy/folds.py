"""Accuracy on ten folds of pairs by LFW's protocol: each fold uses the cut-off that is best on all others."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.embedded import Embedded
from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Floats

Pair = tuple[str, str, bool]
"""Two photographs by label, and whether they show the same person."""

FOLDS, OF_EACH, SEED = 10, 300, 20261124
"""LFW's own protocol: ten folds, each with this many pairs of one person and as many of two people."""


def read_pairs(path: Path) -> list[list[Pair]]:
    """Reads the folds of a list in the format of LFW's ``pairs.txt``.

    The first line gives the number of folds and the number of pairs of each kind in a fold. A pair of one person is
    ``name n m``, and one of two people ``name n other m``, with photographs called ``name/name_0001.jpg``.

    Raises:
        ValueError: the file has another format.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        folds, of_each = (int(word) for word in lines[0])
        listed = [_pair(words) for words in lines[1:]]
    except (IndexError, ValueError) as error:
        raise ValueError(f"{path.name} is no list of pairs like LFW's: {error}") from error
    if len(listed) != folds * 2 * of_each:
        raise ValueError(f"{path.name} promises {folds * 2 * of_each} pairs and lists {len(listed)}")
    return [listed[fold * 2 * of_each : (fold + 1) * 2 * of_each] for fold in range(folds)]


def draw_pairs(embedded: Embedded, folds: int = FOLDS, of_each: int = OF_EACH) -> list[list[Pair]]:
    """Draws folds at random as for LFW: no person is in two folds. If there are too few people, there are fewer pairs.

    For a folder without a ``pairs.txt``, such as a part of LFW.
    """
    generator = np.random.default_rng(SEED)
    drawn = []
    for people in np.array_split(generator.permutation(len(embedded.names)), folds):
        own = {int(person): np.flatnonzero(embedded.people == person) for person in people}
        several = [person for person, rows in own.items() if len(rows) > 1]
        if len(several) < 1 or len(people) < 2:  # noqa: PLR2004 (a pair)
            continue
        fold: list[Pair] = []
        for _ in range(of_each):
            one, other = generator.choice(own[int(generator.choice(several))], 2, replace=False)
            fold.append((embedded.labels[one], embedded.labels[other], True))
            first, second = generator.choice(people, 2, replace=False)
            one, other = generator.choice(own[int(first)]), generator.choice(own[int(second)])
            fold.append((embedded.labels[one], embedded.labels[other], False))
        drawn.append(fold)
    return drawn


def _pair(words: list[str]) -> Pair:
    if len(words) == 3:  # noqa: PLR2004  (name, n, m)
        return _label(words[0], words[1]), _label(words[0], words[2]), True
    name, number, other, other_number = words
    return _label(name, number), _label(other, other_number), False


def _label(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04}.jpg"


def fold_accuracy(vectors: Vectors, index: Mapping[str, int], folds: Sequence[Sequence[Pair]]) -> dict[str, float]:
    """Returns the share of pairs classified correctly, where each fold uses the cut-off that is best on all others.

    A pair with a photograph in which no face was found counts as classified as different people.

    Args:
        vectors: (n, dimension), unit vectors.
        index: the row of each label.
        folds: as :func:`read_pairs` returns them.

    Returns:
        ``mean`` and ``deviation`` over the folds, and the number of ``pairs``.
    """
    scores = [np.array([_score(vectors, index, pair) for pair in fold]) for fold in folds]
    same = [np.array([one_person for _, _, one_person in fold]) for fold in folds]
    accuracies = []
    for fold in range(len(folds)):
        others = [number for number in range(len(folds)) if number != fold] or [fold]
        cutoff = _best_cutoff(np.concatenate([scores[n] for n in others]), np.concatenate([same[n] for n in others]))
        accuracies.append(float(np.mean((scores[fold] >= cutoff) == same[fold])))
    return {
        "mean": float(np.mean(accuracies)),
        "deviation": float(np.std(accuracies)),
        "pairs": sum(len(fold) for fold in folds),
    }


def _score(vectors: Vectors, index: Mapping[str, int], pair: Pair) -> float:
    one, other, _ = pair
    return float(vectors[index[one]] @ vectors[index[other]]) if one in index and other in index else -1.0


def _best_cutoff(scores: Floats, same: NDArray[np.bool_]) -> float:
    """Returns the middle of the gap between two scores at which most pairs are classified correctly."""
    order = np.argsort(scores)
    right = np.concatenate([[0], np.cumsum(np.where(same[order], -1, 1))])
    best = int(np.argmax(right))
    edges = np.concatenate([[-1.0], scores[order], [1.0]])
    return float(edges[best : best + 2].mean())
