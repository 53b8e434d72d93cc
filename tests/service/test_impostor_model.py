"""From a rate to a cut-off: the reference's tail, and the allowance for people who are more alike."""

from dataclasses import replace

import pytest

from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import reference
from service.domain.impostor_model import MAX_EXTRAPOLATION, ImpostorModel
from tests.fakes import MODEL_ID

KNOWN = reference(MODEL_ID)
BASE = KNOWN.level.value
RATE = 1e-5


def level(value: float, spread: float = 0.01) -> ImpostorLevel:
    return ImpostorLevel(value, value - spread, value + spread, 20)


def test_an_untaught_gallery_gets_the_allowance_of_the_strictest_group() -> None:
    strictest = max(group.level.high for group in KNOWN.groups)
    assert ImpostorModel(KNOWN).allowance == pytest.approx(strictest - BASE)
    assert ImpostorModel(KNOWN).cutoff(RATE) == pytest.approx(KNOWN.impostors.score_at(RATE) + strictest - BASE)


def test_a_known_gallery_gets_the_allowance_of_the_upper_end_of_its_level() -> None:
    assert ImpostorModel(KNOWN, level(BASE + 0.05, 0.02)).allowance == pytest.approx(0.07)


def test_nothing_lowers_a_cutoff_below_the_reference() -> None:
    easy = ImpostorModel(KNOWN, level(BASE - 0.1))
    assert easy.allowance == 0.0
    assert easy.cutoff(RATE) == KNOWN.impostors.score_at(RATE)


def test_accounts_made_to_look_alike_lock_nobody_out() -> None:
    attacked = ImpostorModel(KNOWN, level(0.9))
    assert attacked.cutoff(RATE) == KNOWN.same_person
    assert not attacked.supports(RATE)


def test_a_cutoff_that_the_reference_itself_puts_above_one_persons_scores_stays() -> None:
    strict = replace(KNOWN, impostors=replace(KNOWN.impostors, scores=(0.95,) * len(KNOWN.impostors.scores)))
    assert ImpostorModel(strict, level(BASE + 0.1)).cutoff(RATE) == 0.95


@pytest.mark.parametrize("gallery", [None, level(BASE), level(BASE + 0.05)], ids=["untaught", "alike", "harder"])
def test_the_interval_of_the_rate_holds_the_rate_asked_for(gallery: ImpostorLevel | None) -> None:
    model = ImpostorModel(KNOWN, gallery)
    low, high = model.rate_interval(model.cutoff(RATE))
    assert low <= RATE <= high


def test_a_rate_far_below_what_the_comparisons_show_is_not_supported() -> None:
    model = ImpostorModel(KNOWN, level(BASE))
    lowest = KNOWN.impostors.resolved / MAX_EXTRAPOLATION
    assert model.supports(lowest * 1.01)
    assert not model.supports(lowest * 0.99)
