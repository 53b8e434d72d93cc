"""Stages presentations of every species by random people with random sequences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.pad.acting import Chance, Ranges
from benchmarks.pad.footage import BONA_FIDE, DESCRIPTION, Session, read_session, write_session
from benchmarks.pad.heads import make_head
from benchmarks.pad.people import Person
from benchmarks.pad.species import SPECIES, person
from service.liveness.challenges import SEQUENCES

SEED = 2027
"""The seed of the reported presentations; those for choosing limits had other seeds."""

REPORTED = Ranges(
    turn=(20.0, 40.0),
    nod=(13.0, 28.0),
    closer=(1.33, 1.65),
    reaction=(0.2, 0.7),
    moving=(0.25, 0.7),
    shut=(0.12, 0.6),
    distance=(38.0, 55.0),
    focal=(330.0, 450.0),
    depth=(0.8, 1.2),
)
"""Wider than ``Ranges()``, with which limits were chosen."""


@dataclass(frozen=True)
class Call:
    """One presentation to stage: its label, its number within the label, and the person."""

    label: str
    number: int
    person: Person

    @property
    def name(self) -> str:
        """The session's name, for instance for a folder."""
        return f"{self.number:03}"


def calls(people: Sequence[Person], attempts: int, bona_fide: int) -> Iterator[Call]:
    """Yields calls for bona fide presentations and for each species, with the people in turn."""
    for label in (BONA_FIDE, *SPECIES):
        for number in range(bona_fide if label == BONA_FIDE else attempts):
            yield Call(label, number, people[number % len(people)])


def stage(call: Call, ranges: Ranges = REPORTED, seed: int = SEED) -> Session:
    """Renders a presentation; the same for the same call, ranges and seed."""
    row = [BONA_FIDE, *SPECIES].index(call.label)
    chance = Chance(np.random.default_rng([seed, row, call.number]), ranges)
    portrait = call.person.portraits[int(chance.random.integers(len(call.person.portraits)))]
    head = make_head(portrait.level, portrait.mesh, chance.within(ranges.depth))
    prompts = SEQUENCES[int(chance.random.integers(len(SEQUENCES)))]
    present = person if call.label == BONA_FIDE else SPECIES[call.label]
    film = present(head, prompts, chance)
    at = [round(1000 * seconds) for seconds in film.at]
    return Session(call.label, call.person.name, prompts, film.frames, at, film.prompt)


def stage_or_read(call: Call, keep: Path | None) -> Session:
    """Reads a presentation from this folder, or renders it and saves it there."""
    if keep and (keep / call.label / call.name / DESCRIPTION).is_file():
        return read_session(keep / call.label / call.name)
    session = stage(call)
    if keep:
        write_session(keep, call.name, session)
    return session
