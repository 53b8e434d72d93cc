"""A gallery tells how alike its people are, whoever is enrolled twice."""

from uuid import uuid4

import numpy as np
import pytest

from benchmarks.gallery import seed_gallery
from db.engine import Database
from db.impostor_tails import Sampled, read
from embeddings.models import card
from embeddings.references import reference
from embeddings.vectors import encode_vector, normalise, template
from service.budget import Budget
from service.gallery import MAX_AGE_SECONDS, Gallery
from service.impostors import GENUINE_SHARE, MIN_PEOPLE, due, estimate_tail, re_estimate
from tests.fakes import MODEL_ID

BUDGET = Budget(fpir=0.001, fmr=0.0001)
SAME = reference(MODEL_ID).genuine_at(GENUINE_SHARE)


def people(count: int, alike: float = 0.3, seed: int = 1) -> list[Sampled]:
    """People whose faces share a direction, so that strangers' scores are about ``alike``."""
    generator = np.random.default_rng(seed)
    common = normalise(generator.normal(size=512))
    found = []
    for _ in range(count):
        own = normalise(np.sqrt(alike) * common + np.sqrt(1 - alike) * normalise(generator.normal(size=512)))
        captures = [normalise(own + 0.5 * normalise(generator.normal(size=512))) for _ in range(5)]
        found.append(Sampled(uuid4(), template(captures), [encode_vector(one) for one in captures]))
    return found


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


def test_a_gallery_is_looked_at_when_it_is_large_enough_and_again_when_it_has_grown() -> None:
    assert not due(MIN_PEOPLE - 1, None)
    assert due(MIN_PEOPLE, None)
    assert not due(109, 100)
    assert due(125, 100)


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
