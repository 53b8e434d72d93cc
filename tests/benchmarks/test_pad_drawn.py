"""The judge on drawn people and instruments, one or two of each; ``benchmarks/results/pad.md`` has many."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.common.results import RESULTS
from benchmarks.pad.footage import BONA_FIDE, Session, decoded, shots_of
from benchmarks.pad.people import TUNED_ON, Person, packaged_people
from benchmarks.pad.rates import wilson
from benchmarks.pad.species import SPECIES
from benchmarks.pad.staging import Call, calls, stage
from benchmarks.pad.trials import Finder
from embeddings.liveness import Flaw, Presentation, judge

STOPPED = (
    "printed photo, still",
    "printed photo, tilted",
    "printed photo, bent",
    "phone with a photo",
    "replayed session",
)
"""The species of which at most 5 % may pass."""


@pytest.fixture(scope="module")
def find() -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def people(find: Finder) -> Sequence[Person]:
    return packaged_people(find)


def judged(session: Session, find: Finder) -> Presentation:
    return judge(shots_of(session, find), session.prompts)


def test_a_person_who_does_as_asked_is_live(people: Sequence[Person], find: Finder) -> None:
    assert judged(stage(Call(BONA_FIDE, 0, people[0])), find).flaws == []


def test_a_bent_print_is_flat_however_it_is_turned(people: Sequence[Person], find: Finder) -> None:
    assert Flaw.FLAT in judged(stage(Call("printed photo, bent", 0, people[0])), find).flaws


@pytest.mark.slow
def test_a_call_is_drawn_the_same_again(people: Sequence[Person]) -> None:
    call = Call("printed photo, still", 5, people[1])
    assert stage(call) == stage(call)


def test_every_species_gets_as_many_attempts_and_people_theirs(people: Sequence[Person]) -> None:
    wanted = [(call.label, call.person.name) for call in calls(people, 3, 6)]
    assert wanted[:6] == [(BONA_FIDE, person.name) for person in [*people, *people]]
    assert wanted[6:] == [(label, person.name) for label in SPECIES for person in people]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6))
def test_people_are_live(number: int, people: Sequence[Person], find: Finder) -> None:
    assert judged(stage(Call(BONA_FIDE, number, people[number % len(people)])), find).flaws == []


@pytest.mark.slow
@pytest.mark.parametrize("label", [*STOPPED, "photo with cut-out eyes"])
@pytest.mark.parametrize("number", range(2))
def test_an_instrument_is_stopped(label: str, number: int, people: Sequence[Person], find: Finder) -> None:
    assert judged(stage(Call(label, number, people[number % len(people)])), find).flaws


@pytest.mark.slow
def test_frames_that_are_sent_twice_are_frozen(people: Sequence[Person], find: Finder) -> None:
    session = stage(Call("printed photo, still", 0, people[0]))
    held = replace(session, frames=[session.frames[0]] * len(session.frames))
    assert np.array_equal(decoded(held.frames[0]), decoded(held.frames[-1]))
    assert Flaw.FROZEN in judged(held, find).flaws


@pytest.fixture(scope="module")
def table() -> dict[str, dict[str, float]]:
    labels: dict[str, dict[str, float]] = json.loads((RESULTS / "pad.json").read_text())["figures"]["labels"]
    return labels


def test_the_table_has_every_species_at_least_sixty_times(table: dict[str, dict[str, float]]) -> None:
    assert set(table) == {BONA_FIDE, *SPECIES}
    assert min(row["attempts"] for row in table.values()) >= 60


@pytest.mark.parametrize("label", STOPPED)
def test_at_most_one_in_twenty_of_a_species_passes(label: str, table: dict[str, dict[str, float]]) -> None:
    row = table[label]
    assert row["accepted"] / row["attempts"] <= 0.05
    assert (row["low"], row["high"]) == pytest.approx(wilson(int(row["accepted"]), int(row["attempts"])), abs=1e-4)


def test_at_most_one_person_in_twenty_is_refused(table: dict[str, dict[str, float]]) -> None:
    assert 1 - table[BONA_FIDE]["accepted"] / table[BONA_FIDE]["attempts"] <= 0.05


def test_limits_were_chosen_with_other_people(people: Sequence[Person]) -> None:
    assert not {person.name for person in people} & set(TUNED_ON)
