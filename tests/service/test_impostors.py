"""The estimate of how alike a gallery's people are, even if some are enrolled twice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from benchmarks.common.gallery import seed_gallery
from db.core.engine import Database
from db.queries.impostor_levels import Level, Sampled, StoredLevel, read
from embeddings.core.models import card
from embeddings.core.types import Vector
from embeddings.core.vectors import encode_vector, normalise
from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import reference
from service.domain.budget import Budget
from service.gallery.gallery import MAX_AGE_SECONDS, Gallery
from service.gallery.impostors import MIN_PEOPLE, due, estimate_level, known_level, re_estimate
from tests.fakes import DIMENSION, MODEL_ID

BUDGET = Budget(fpir=0.001, fmr=0.0001)
SAME = reference(MODEL_ID).same_person


def faces(count: int, alike: float, seed: int, captures: int) -> list[list[Vector]]:
    """Returns captures of people whose faces share a direction, so that strangers score about ``alike`` * 0.8."""
    generator = np.random.default_rng(seed)
    common = normalise(generator.normal(size=DIMENSION))
    found = []
    for _ in range(count):
        own = normalise(np.sqrt(alike) * common + np.sqrt(1 - alike) * normalise(generator.normal(size=DIMENSION)))
        found.append([normalise(own + 0.5 * normalise(generator.normal(size=DIMENSION))) for _ in range(captures)])
    return found


def enrolled(captures: list[Vector]) -> Sampled:
    return Sampled(uuid4(), [encode_vector(one) for one in captures])


def people(count: int, alike: float = 0.3, seed: int = 1) -> list[Sampled]:
    return [enrolled(captures) for captures in faces(count, alike, seed, 5)]


def level_of(sampled: list[Sampled]) -> Level:
    level = estimate_level(sampled, len(sampled), SAME)
    assert level is not None
    return level


def test_people_who_are_more_alike_have_a_higher_level() -> None:
    easy, hard = level_of(people(40, alike=0.1)), level_of(people(40, alike=0.5))
    assert hard.value > easy.value + 0.2
    assert easy.low <= easy.value <= easy.high < hard.low


def test_too_few_people_give_no_level() -> None:
    assert estimate_level(people(MIN_PEOPLE - 1), MIN_PEOPLE - 1, SAME) is None


@pytest.mark.parametrize("twice", [1, 3])
def test_somebody_enrolled_twice_is_counted_and_does_not_move_the_level(twice: int) -> None:
    """The captures of the second account are as similar to those of the first as a login's, but not identical."""
    photographed = faces(MIN_PEOPLE, 0.3, 1, captures=10)
    once = [enrolled(captures[:5]) for captures in photographed]
    again = [enrolled(captures[5:]) for captures in photographed[:twice]]
    clean, doubled = level_of(once), level_of([*once, *again])
    assert (clean.suspected_pairs, doubled.suspected_pairs) == (0, twice)
    assert doubled.value == pytest.approx(clean.value, abs=0.03)
    assert doubled.high < SAME - 0.2


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
    estimated = StoredLevel(Level(then, then, 0, 0.2, 0.1, 0.3), now - timedelta(days=days)) if then else None
    assert due(people, estimated, now) is looked_at


@pytest.mark.parametrize("captures", [["not base64!"], []], ids=["unreadable", "none"])
def test_people_whose_captures_cannot_be_read_are_left_out(
    captures: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    some = people(MIN_PEOPLE)
    broken = Sampled(uuid4(), captures)
    assert level_of([*some, broken]).value == level_of(some).value
    assert (str(broken.user_id) in caplog.text) == bool(captures)


def test_a_level_of_people_who_have_gone_does_not_count() -> None:
    stored = StoredLevel(Level(100, 90, 0, 0.2, 0.1, 0.3), datetime.now(UTC))
    assert known_level(stored, MIN_PEOPLE) == ImpostorLevel(0.2, 0.1, 0.3, 90)
    assert known_level(stored, MIN_PEOPLE - 1) is None
    assert known_level(None, 100) is None


def test_what_is_learnt_is_kept_and_moves_the_cutoff_without_a_restart(database: Database) -> None:
    clock = [0.0]
    gallery = Gallery(database, [card(MODEL_ID)], BUDGET, clock=lambda: clock[0])
    before = gallery.snapshot().models[MODEL_ID]
    seed_gallery(database, card(MODEL_ID), 30)
    assert re_estimate(database, MODEL_ID, 30) is not None
    with database.unit_of_work() as work:
        assert read(work.session, [MODEL_ID])[MODEL_ID].level.gallery_people == 30
    assert gallery.snapshot().models[MODEL_ID] is before
    clock[0] = MAX_AGE_SECONDS + 1
    after = gallery.snapshot().models[MODEL_ID]
    assert (before.people, after.people) == (0, 30)
    assert (before.impostors.gallery, after.impostors.gallery is None) == (None, False)
    assert after.decision.cutoff != before.decision.cutoff
