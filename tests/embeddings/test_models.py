"""Model cards, and their reference scores."""

import pytest

from embeddings.core.errors import ModelError
from embeddings.core.models import CARDS, SFACE, card
from embeddings.scores.references import FNMR_LEVELS, reference
from embeddings.scores.score_tail import RATES


def test_the_default_is_sface() -> None:
    assert CARDS[0].model_id == SFACE


def test_cards_are_found_by_their_id() -> None:
    assert [card(known.model_id) for known in CARDS] == list(CARDS)


def test_an_unknown_model_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match="facenet-casia-webface"):
        card("facenet-moon")


@pytest.mark.parametrize("model_id", [known.model_id for known in CARDS])
def test_every_model_has_reference_scores_that_rise(model_id: str) -> None:
    known = reference(model_id)
    assert len(known.impostors.scores) == len(RATES)
    assert len(known.genuine) == len(FNMR_LEVELS)
    assert list(known.impostors.scores) == sorted(known.impostors.scores)
    assert list(known.genuine) == sorted(known.genuine)


@pytest.mark.parametrize("model_id", [known.model_id for known in CARDS])
def test_every_model_was_measured_on_thousands_of_people_and_on_groups_of_others(model_id: str) -> None:
    known = reference(model_id)
    assert known.level.people > 2_000
    assert len(known.groups) >= 3
    assert known.strictest.high >= max(group.level.high for group in known.groups)


def test_a_floor_lets_captures_pass_that_a_search_would_not_match() -> None:
    for one in CARDS:
        assert one.same_person_floor < reference(one.model_id).impostors.score_at(1e-4)


def test_a_model_without_reference_scores_is_an_error() -> None:
    with pytest.raises(ModelError, match="moon"):
        reference("moon")
