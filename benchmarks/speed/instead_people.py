"""Chooses the people of ``benchmarks.speed.instead`` and their photographs: the same for every system."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.errata import Errata
from benchmarks.common.faces import Photograph

CAPTURES = 3
"""Photographs that a person is enrolled with."""

LOOKED_AT = 4
"""Photographs of a person that every system is shown, to find ``CAPTURES`` that every system accepts."""

PROBES = 5
"""The maximal number of searches for one person, so that a few people with many photographs do not decide a figure."""

SEED = 20261130

ByPerson = Mapping[str, Sequence[Photograph]]


@dataclass(frozen=True)
class Plan:
    """The use of each photograph.

    Attributes:
        enrolled: by person, ``CAPTURES`` photographs.
        mated: other photographs of the enrolled people, usable or not.
        strangers: one photograph of everybody else, without relatives of enrolled people.
    """

    enrolled: ByPerson
    mated: Sequence[Photograph]
    strangers: Sequence[Photograph]


def shuffled(photographs: Sequence[Photograph], errata: Errata) -> dict[str, list[Photograph]]:
    """Returns the photographs by person, people and photographs in a random order, without those of the errata."""
    kept = [one for one in photographs if one.label not in errata.photographs and one.person not in errata.people]
    generator = np.random.default_rng(SEED)
    found: dict[str, list[Photograph]] = {}
    for number in generator.permutation(len(kept)):
        found.setdefault(kept[number].person, []).append(kept[number])
    names = sorted(found)
    return {names[number]: found[names[number]] for number in generator.permutation(len(names))}


def candidates(by_person: ByPerson, people: int | None) -> dict[str, Sequence[Photograph]]:
    """Returns the photographs to look at of people with more than ``CAPTURES``, of the first ``people`` of them."""
    able = [name for name, some in by_person.items() if len(some) > CAPTURES]
    return {name: by_person[name][:LOOKED_AT] for name in able[:people]}


def plan(by_person: ByPerson, looked_at: ByPerson, usable: Sequence[Photograph], errata: Errata) -> Plan:
    """Enrols the candidates with enough photographs that every system accepts.

    Args:
        by_person: as :func:`shuffled` returns it.
        looked_at: as :func:`candidates` returns it.
        usable: those of these photographs that every system accepts.
        errata: names the relatives.
    """
    accepted = set(usable)
    chosen = {name: [one for one in some if one in accepted][:CAPTURES] for name, some in looked_at.items()}
    enrolled = {name: some for name, some in chosen.items() if len(some) == CAPTURES}
    kin = {name for pair in errata.kin if pair & enrolled.keys() for name in pair}
    mated = [one for name, some in enrolled.items() for one in _others(by_person[name], some)[:PROBES]]
    strangers = [some[0] for name, some in by_person.items() if name not in enrolled and name not in kin]
    return Plan(enrolled, mated, strangers)


def _others(photographs: Sequence[Photograph], used: Sequence[Photograph]) -> list[Photograph]:
    return [one for one in photographs if one not in used]


def one_of_each(photographs: Sequence[Photograph], count: int) -> Iterator[Photograph]:
    """Yields one photograph of each person, of at most this many people."""
    seen: Counter[str] = Counter()
    for one in photographs:
        seen[one.person] += 1
        if seen[one.person] == 1 and len(seen) <= count:
            yield one
