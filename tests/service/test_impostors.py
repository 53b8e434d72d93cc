"""A gallery tells how alike its people are, whoever is enrolled twice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from benchmarks.gallery import seed_gallery
from db.engine import Database
from db.impostor_tails import Sampled, StoredTail, read
from embeddings.models import card
from embeddings.references import reference
from embeddings.types import Vector
from embeddings.vectors import encode_vector, normalise, template
from service.budget import Budget
from service.gallery import MAX_AGE_SECONDS, Gallery
from service.impostors import MIN_PEOPLE, due, estimate_tail, re_estimate
from tests.fakes import MODEL_ID

BUDGET = Budget(fpir=0.001, fmr=0.0001)
SAME = reference(MODEL_ID).same_person


def faces(count: int, alike: float, seed: int, captures: int) -> list[list[Vector]]:
    """Captures of people whose faces share a direction, so that strangers' scores are about ``alike``."""
    generator = np.random.default_rng(seed)
    common = normalise(generator.normal(size=512))
    found = []
    for _ in range(count):
        own = normalise(np.sqrt(alike) * common + np.sqrt(1 - alike) * normalise(generator.normal(size=512)))
        found.append([normalise(own + 0.5 * normalise(generator.normal(size=512))) for _ in range(captures)])
    return found


def enrolled(captures: list[Vector]) -> Sampled:
    return Sampled(uuid4(), template(captures), [encode_vector(one) for one in captures])


def people(count: int, alike: float = 0.3, seed: int = 1) -> list[Sampled]:
    return [enrolled(captures) for captures in faces(count, alike, seed, 5)]


def test_a_gallery_of_people_who_are_alike_has_a_higher_tail() -> None:
    easy, hard = estimate_tail(people(40, alike=0.1), SAME), estimate_tail(people(40, alike=0.5), SAME)
    assert easy is not None
    assert hard is not None
    assert hard.tail.score_at(1e-4) > easy.tail.score_at(1e-4) + 0.2


def test_somebody_enrolled_twice_is_left_out_and_counted() -> None:
    once = people(40)
    twice = [*once, *(Sampled(uuid4(), one.template, one.captures) for one in once[:3])]
    clean, doubled = estimate_tail(once, SAME), estimate_tail(twice, SAME)
    assert clean is not None
    assert doubled is not None
    assert (clean.suspected_pairs, doubled.suspected_pairs) == (0, 3)
    assert doubled.tail.score_at(1e-5) == pytest.approx(clean.tail.score_at(1e-5), abs=0.02)


def test_a_handful_of_people_tell_nothing() -> None:
    assert estimate_tail(people(MIN_PEOPLE - 1), SAME) is None


@pytest.mark.parametrize(
    ("people", "then", "days", "looked_at"),
    [
        (MIN_PEOPLE - 1, None, 0, False),
        (MIN_PEOPLE, None, 0, True),
        (109, 100, 0, False),
        (125, 100, 0, True),
        (80, 100, 0, True),
        (100, 100, 6, False),
        (100, 100, 7, True),
    ],
    ids=["too few", "enough", "about as many", "grown", "shrunk", "recent", "old"],
)
def test_a_gallery_is_looked_at_when_it_has_changed_or_time_has_passed(
    people: int, then: int | None, days: int, looked_at: bool
) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    estimated = StoredTail(then, 0, {}, now - timedelta(days=days)) if then else None
    assert due(people, estimated, now) is looked_at


def test_people_whose_embeddings_cannot_be_read_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    twenty = people(MIN_PEOPLE)
    broken = Sampled(uuid4(), twenty[0].template, ["not base64!"])
    with_one, without = estimate_tail([*twenty, broken], SAME), estimate_tail(twenty, SAME)
    assert with_one is not None
    assert with_one == without
    assert str(broken.user_id) in caplog.text


@pytest.mark.parametrize("twice", [2, 6, 10])
def test_people_enrolled_twice_with_other_captures_do_not_bend_the_tail(twice: int) -> None:
    """Their captures are as like each other as a login is, and not the same."""
    photographed = faces(50, 0.3, 1, captures=10)
    once = [enrolled(captures[:5]) for captures in photographed]
    again = [enrolled(captures[5:]) for captures in photographed[:twice]]
    clean, doubled = estimate_tail(once, SAME), estimate_tail([*once, *again], SAME)
    assert clean is not None
    assert doubled is not None
    assert doubled.suspected_pairs == twice
    assert doubled.tail.score_at(1e-6) == pytest.approx(clean.tail.score_at(1e-6), abs=0.03)


def test_what_is_learnt_is_kept_and_tightens_the_cutoff_without_a_restart(database: Database) -> None:
    clock = [0.0]
    gallery = Gallery(database, [card(MODEL_ID)], BUDGET, clock=lambda: clock[0])
    before = gallery.now().models[MODEL_ID]
    seed_gallery(database, card(MODEL_ID), 30)
    assert re_estimate(database, MODEL_ID, 30) is not None
    with database.unit_of_work() as work:
        assert read(work.session, [MODEL_ID])[MODEL_ID].gallery_people == 30
    assert gallery.now().models[MODEL_ID] is before
    clock[0] = MAX_AGE_SECONDS + 1
    after = gallery.now().models[MODEL_ID]
    assert (before.people, after.people) == (0, 30)
    assert len(after.tails) == 2
    assert after.decision.cutoff > before.decision.cutoff
