"""From vectors and whose they are to the comparisons that error rates are counted on. Pure functions, seeded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.statistics import NEVER, Comparisons
from embeddings.score_tail import Floats, Integers

Vectors = NDArray[np.float32]
"""(n, dimension) float32, rows of unit length."""

ENROLLABLE = 6
"""Photographs that somebody needs to be enrolled with five of them and searched for; others are strangers only."""

LEAST_ENROLLABLE = 8
"""People who can be enrolled without whom there is nothing to measure: two in either half's gallery, and strangers."""


@dataclass(frozen=True)
class Split:
    """One way of dividing a set of photographs into a gallery and probes.

    Attributes:
        enrolled: (gallery,) int64, the people in it.
        templates: (gallery, dimension) float32, one unit vector each, in the order of ``enrolled``.
        mated: indices of the photographs of enrolled people that no template was made of.
        others: indices of all photographs of people who are not enrolled.
    """

    enrolled: Integers
    templates: Vectors
    mated: Integers
    others: Integers


@dataclass(frozen=True)
class Searches:
    """What searches found.

    Attributes:
        best: the score of the best candidate, and who it was.
        lead: (n,) float64, how far the best person is ahead of the second best.
    """

    best: Comparisons
    lead: Floats


@dataclass(frozen=True)
class OpenSet:
    """The outcome of many splits, pooled.

    Attributes:
        mated: searches for enrolled people; the score is ``NEVER`` where the best candidate was somebody else.
        strangers: searches for people who are not enrolled.
        own: every mated photograph against the template of its person.
        foreign: every photograph against the templates of all other people in the gallery.
    """

    mated: Searches
    strangers: Searches
    own: Comparisons
    foreign: Comparisons


def is_enough(people: Integers) -> bool:
    """Whether these photographs, (n,) int64 whose each is, can be measured with."""
    return _enrollable(people) >= LEAST_ENROLLABLE


def require_enough(name: str, people: Integers) -> None:
    """Raises ValueError, which names the folder, where they can't."""
    if not is_enough(people):
        raise ValueError(
            f"{name}: {_enrollable(people)} people have {ENROLLABLE} photographs with a face or more; "
            f"to measure with it takes {LEAST_ENROLLABLE}"
        )


def _enrollable(people: Integers) -> int:
    _, photographs = np.unique(people, return_counts=True)
    return int(np.count_nonzero(photographs >= ENROLLABLE))


def pairs(vectors: Vectors, people: Integers) -> tuple[Comparisons, Comparisons]:
    """Every photograph with every other: the comparisons within a person, and those between two people."""
    rows, columns = np.triu_indices(len(vectors), k=1)
    scores = (vectors @ vectors.T)[rows, columns].astype(np.float64)
    first, second = people[rows], people[columns]
    genuine = first == second
    return (
        Comparisons(scores[genuine], first[genuine], second[genuine]),
        Comparisons(scores[~genuine], first[~genuine], second[~genuine]),
    )


def halves(people: Integers, repeats: int, seed: int) -> Iterator[tuple[Integers, Integers]]:
    """The people drawn into two halves: what is chosen on the first is judged on the second, and the other way round.

    Both get as many of those who have photographs enough to be enrolled.

    Args:
        people: (n,) int64, whose each photograph is.
        repeats: how often people are drawn anew; each gives two pairs.
        seed: of the random numbers.

    Yields:
        The numbers of the people to choose on, and of those to judge on.
    """
    generator = np.random.default_rng(seed)
    numbers, photographs = np.unique(people, return_counts=True)
    able = photographs >= ENROLLABLE
    for _ in range(repeats):
        drawn = [generator.permutation(part) for part in (numbers[able], numbers[~able])]
        one = np.concatenate([part[: len(part) // 2] for part in drawn])
        other = np.concatenate([part[len(part) // 2 :] for part in drawn])
        yield one, other
        yield other, one


def gallery_size(people: Integers, captures: int, among: Integers | None = None) -> int:
    """Half of these people, or as many as have more photographs than a template takes; at least 2."""
    numbers, photographs = np.unique(people, return_counts=True)
    if among is not None:
        photographs = photographs[np.isin(numbers, among)]
    return max(2, min(len(photographs) // 2, int(np.count_nonzero(photographs > captures))))


def splits(
    vectors: Vectors,
    people: Integers,
    *,
    captures: int,
    gallery: int,
    count: int,
    seed: int,
    among: Integers | None = None,
) -> Iterator[Split]:
    """Seeded random galleries: who is enrolled and which of their photographs make the template are drawn anew.

    Args:
        vectors: all photographs; not of unit length where some are to weigh more in a template.
        people: (n,) int64, whose each is.
        captures: photographs to a template, the normalised mean of their vectors.
        gallery: people enrolled; only people with more photographs than ``captures`` can be.
        count: how many splits.
        seed: of the random numbers.
        among: the people that take part, all unless given.

    Raises:
        ValueError: there are not enough people to fill a gallery and have strangers too.
    """
    generator = np.random.default_rng(seed)
    taking_part = np.unique(people) if among is None else among
    enrollable = [person for person in taking_part if np.count_nonzero(people == person) > captures]
    if len(enrollable) < gallery or len(taking_part) <= gallery:
        raise ValueError(f"not enough people for galleries of {gallery} with {captures} captures each, and strangers")
    for _ in range(count):
        enrolled = generator.choice(np.array(enrollable), size=gallery, replace=False)
        templates, mated = [], []
        for person in enrolled:
            own = generator.permutation(np.flatnonzero(people == person))
            mean = vectors[own[:captures]].mean(axis=0)
            templates.append(mean / np.linalg.norm(mean))
            mated.append(own[captures:])
        others = np.flatnonzero(np.isin(people, np.setdiff1d(taking_part, enrolled)))
        yield Split(enrolled, np.stack(templates), np.concatenate(mated), others)


def open_set(vectors: Vectors, people: Integers, drawn: Iterator[Split], frames: int = 1) -> OpenSet:
    """Searches every probe of every split in the gallery of that split.

    Args:
        vectors: all photographs.
        people: (n,) int64, whose each is.
        drawn: as :func:`splits` yields them; galleries of two people or more.
        frames: photographs of one person to a search, whose scores are averaged.
    """
    found = [_search(vectors, people, split, frames) for split in drawn]
    return OpenSet(
        Searches(_joined([one.mated.best for one in found]), np.concatenate([one.mated.lead for one in found])),
        Searches(_joined([one.strangers.best for one in found]), np.concatenate([one.strangers.lead for one in found])),
        _joined([one.own for one in found]),
        _joined([one.foreign for one in found]),
    )


def sign_ups(
    vectors: Vectors, people: Integers, *, captures: int, count: int, seed: int
) -> Iterator[tuple[Vectors, Vectors]]:
    """Sign-ups drawn at random, each once as it should be and once with somebody else's photograph in it.

    Args:
        vectors: all photographs.
        people: (n,) int64, whose each is.
        captures: photographs to a sign-up.
        count: how many are drawn.
        seed: of the random numbers.

    Yields:
        (captures, dimension) twice: all of one person; the last of them replaced by a stranger's.
    """
    generator = np.random.default_rng(seed)
    able = [person for person in np.unique(people) if np.count_nonzero(people == person) >= captures]
    for _ in range(count):
        person = generator.choice(able)
        chosen = generator.choice(np.flatnonzero(people == person), size=captures, replace=False)
        stranger = generator.choice(np.flatnonzero(people != person))
        yield vectors[chosen], vectors[np.append(chosen[:-1], stranger)]


def _search(vectors: Vectors, people: Integers, split: Split, frames: int) -> OpenSet:
    probes = np.concatenate([_together(indices, people, frames) for indices in (split.mated, split.others)])
    scores = (vectors[probes].mean(axis=1) @ split.templates.T).astype(np.float64)
    who = people[probes[:, 0]]
    best = scores.argmax(axis=1)
    candidate, top = split.enrolled[best], scores.max(axis=1)
    lead = top - np.partition(scores, -2, axis=1)[:, -2]
    mated = np.isin(who, split.enrolled)
    right_or_never = np.where(who == candidate, top, NEVER)
    row, column = np.indices(scores.shape)
    own = who[row] == split.enrolled[column]
    return OpenSet(
        Searches(Comparisons(right_or_never[mated], who[mated], candidate[mated]), lead[mated]),
        Searches(Comparisons(top[~mated], who[~mated], candidate[~mated]), lead[~mated]),
        Comparisons(scores[own], who[row[own]], split.enrolled[column[own]]),
        Comparisons(scores[~own], who[row[~own]], split.enrolled[column[~own]]),
    )


def _together(indices: Integers, people: Integers, frames: int) -> Integers:
    """The photographs of each person in groups of ``frames``, (groups, frames); what is left over is left out."""
    groups = []
    for person in np.unique(people[indices]):
        own = indices[people[indices] == person]
        groups.append(own[: len(own) // frames * frames].reshape(-1, frames))
    return np.concatenate(groups)


def _joined(parts: Sequence[Comparisons]) -> Comparisons:
    return Comparisons(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
    )
