"""One-to-one comparisons: FNMR at a fixed FMR, EER, the DET curve, and the accuracy on LFW's ten folds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.protocols import Vectors, halves
from benchmarks.statistics import Comparisons, Counts, accepted, cutoff_for
from embeddings.score_tail import Floats, Integers

FMRS = (1e-2, 1e-3, 1e-4)
REPEATS, SEED = 20, 20261124

CURVE_POINTS = 400
"""So many points of a DET curve are kept, evenly spread over its scores' ranks."""


def fnmr_at_fmr(genuine: Comparisons, impostor: Comparisons, people: Integers, fmr: float) -> dict[str, Any]:
    """FNMR of pairs of captures, at the cut-off that lets this share of other people's pairs in.

    The cut-off is chosen on one half of the people and judged on the other; halves are drawn ``REPEATS`` times, both
    ways round.

    Args:
        genuine: as :func:`benchmarks.protocols.pairs` returns them.
        impostor: likewise.
        people: (n,) int64, whose each photograph is, from 0 on.
        fmr: the share that may be let in.
    """
    count = int(people.max()) + 1
    missed = Counts(np.zeros(count), np.zeros(count))
    let_in, resolved = [], True
    for choose, judge in halves(people, REPEATS, SEED):
        strangers = _within(impostor, choose)
        cutoff = cutoff_for(strangers.scores, fmr)
        resolved &= fmr * len(strangers) >= 1.0
        own = _within(genuine, judge)
        missed += Counts.of(own.first, ~(own.scores >= cutoff), count)
        let_in.append(accepted(_within(impostor, judge).scores, cutoff))
    return {
        "fmr": fmr,
        "fnmr": missed.share().as_dict(),
        "fmr_achieved": float(np.mean(let_in)),
        "resolved": bool(resolved),
    }


def det_curve(genuine: Comparisons, impostor: Comparisons) -> tuple[Floats, Floats]:
    """FMR and FNMR over the cut-offs, of all pairs of captures: twice (points,), by rising FNMR."""
    fmr, fnmr = _error_rates(genuine, impostor)
    some = np.unique(np.linspace(0, len(fmr) - 1, CURVE_POINTS * 20).astype(int))
    fmr, fnmr = fmr[some], fnmr[some]
    _, corners = np.unique(np.round(np.log10(np.maximum(fmr, 1e-9)), 2), return_index=True)
    kept = np.sort(corners)
    return fmr[kept], fnmr[kept]


def equal_error_rate(genuine: Comparisons, impostor: Comparisons) -> float:
    """The rate at the cut-off where FMR and FNMR are equal."""
    fmr, fnmr = _error_rates(genuine, impostor)
    nearest = int(np.argmin(np.abs(fnmr - fmr)))
    return float((fnmr[nearest] + fmr[nearest]) / 2.0)


def _error_rates(genuine: Comparisons, impostor: Comparisons) -> tuple[Floats, Floats]:
    """FMR and FNMR at every cut-off that is one of the scores, the lowest first."""
    own, others = np.sort(genuine.scores), np.sort(impostor.scores)
    cutoffs = np.unique(np.concatenate([own, others]))
    fnmr = np.searchsorted(own, cutoffs, side="left") / len(own)
    fmr = 1.0 - np.searchsorted(others, cutoffs, side="left") / len(others)
    return fmr, fnmr


Pair = tuple[str, str, bool]
"""Two photographs by their label, and whether they show one person."""


def read_pairs(path: Path) -> list[list[Pair]]:
    """The folds of a list in the format of LFW's ``pairs.txt``.

    The first line says how many folds and how many pairs of each kind there are in a fold. A pair of one person is
    ``name n m``, one of two people ``name n other m``, with a photograph called ``name/name_0001.jpg``.

    Raises:
        ValueError: it is not that.
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


def _pair(words: list[str]) -> Pair:
    if len(words) == 3:  # noqa: PLR2004  (name, n, m)
        return _label(words[0], words[1]), _label(words[0], words[2]), True
    name, number, other, other_number = words
    return _label(name, number), _label(other, other_number), False


def _label(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04}.jpg"


def fold_accuracy(vectors: Vectors, index: Mapping[str, int], folds: list[list[Pair]]) -> dict[str, float]:
    """The share of pairs told rightly, each fold by the cut-off that is best on all the others (as for LFW).

    A pair with a photograph in which no face was found counts as told to be different people.

    Args:
        vectors: (n, dimension), unit vectors.
        index: the row of each label.
        folds: as :func:`read_pairs` returns them.

    Returns:
        ``mean`` and ``deviation`` over the folds, and how many ``pairs`` there were.
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
    """The middle of the gap between two scores at which most pairs are told rightly."""
    order = np.argsort(scores)
    right = np.concatenate([[0], np.cumsum(np.where(same[order], -1, 1))])
    best = int(np.argmax(right))
    edges = np.concatenate([[-1.0], scores[order], [1.0]])
    return float(edges[best : best + 2].mean())


def _within(comparisons: Comparisons, people: Integers) -> Comparisons:
    inside = np.isin(comparisons.first, people) & np.isin(comparisons.second, people)
    return Comparisons(comparisons.scores[inside], comparisons.first[inside], comparisons.second[inside])
