"""Model cards."""

import pytest

from embeddings.errors import ModelError
from embeddings.models import CARDS, Component, ModelCard, card, card_of_weights
from embeddings.weights import CASIA_WEBFACE, VGGFACE2


@pytest.mark.parametrize("weights", [CASIA_WEBFACE, VGGFACE2])
def test_facenets_cards_are_found_by_their_weights(weights: str) -> None:
    found = card_of_weights(weights)
    assert found.model_id == f"facenet-{weights}"
    assert found.dimension == 512


def test_cards_are_found_by_their_id() -> None:
    assert [card(known.model_id) for known in CARDS] == list(CARDS)


def test_an_unknown_model_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match="facenet-casia-webface"):
        card("facenet-moon")


def test_a_combinations_vector_is_as_long_as_its_parts_together() -> None:
    pair = (Component("facenet", 512), Component("mobilefacenet", 192, weight=1.4))
    assert ModelCard("pair", pair, cutoff=0.5, margin=0.05, same_person_floor=0.3).dimension == 704
