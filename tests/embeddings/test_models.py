"""Model cards."""

import pytest

from embeddings.errors import ModelError
from embeddings.models import (
    CARDS,
    DLIB_RESNET,
    FACENET_CASIA_WEBFACE,
    MOBILEFACENET,
    card,
    choice_of,
    chosen_card,
    combination,
)
from embeddings.references import FNMR_LEVELS, reference
from embeddings.score_tail import RATES


@pytest.mark.parametrize("weights", ["casia-webface", "vggface2"])
@pytest.mark.parametrize(
    ("networks", "ending", "dimension"),
    [
        ("facenet", "", 512),
        ("facenet+mobilefacenet", "-mobilefacenet", 704),
        ("facenet+mobilefacenet+dlib", "-mobilefacenet-dlib", 832),
    ],
)
def test_a_card_is_found_by_its_networks(weights: str, networks: str, ending: str, dimension: int) -> None:
    found = chosen_card(weights, networks)
    assert found.model_id == f"facenet-{weights}{ending}"
    assert found.dimension == dimension


def test_the_choice_that_leads_to_a_card_is_told() -> None:
    assert choice_of(CARDS[0]) == ("casia-webface", "facenet+mobilefacenet+dlib")
    assert [chosen_card(*choice_of(known)) for known in CARDS] == list(CARDS)


def test_cards_are_found_by_their_id() -> None:
    assert [card(known.model_id) for known in CARDS] == list(CARDS)


def test_a_combination_is_called_by_its_networks() -> None:
    every = combination({FACENET_CASIA_WEBFACE: 1.0, MOBILEFACENET: 1.4, DLIB_RESNET: 5.0})
    assert every.model_id == "facenet-casia-webface-mobilefacenet-dlib"
    assert every.dimension == 832
    assert combination({DLIB_RESNET: 1.0}).model_id == DLIB_RESNET


@pytest.mark.parametrize("weights", [{}, {"moonnet": 1.0}, {MOBILEFACENET: 0.0}])
def test_networks_that_cannot_be_combined_are_an_error(weights: dict[str, float]) -> None:
    with pytest.raises(ModelError, match="no combination"):
        combination(weights)


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


def test_a_model_without_reference_scores_is_an_error() -> None:
    with pytest.raises(ModelError, match="moon"):
        reference("moon")
