"""Limits of texts are stated in characters; only lists have items."""

import pytest
from pydantic import BaseModel, ValidationError

from service.domain.consent import ConsentForm
from service.http import schemas
from service.transfer.sources import Account
from service.transfer.vectors import VectorLine

MODELS = [
    *(one for one in vars(schemas).values() if isinstance(one, type) and issubclass(one, schemas.Request)),
    Account,
    VectorLine,
    ConsentForm,
]


@pytest.mark.parametrize("text", ["", "x", "x" * 300_000], ids=["empty", "short", "long"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_errors_on_texts_do_not_mention_items(model: type[BaseModel], text: str) -> None:
    for field in model.model_fields:
        for value in (text, [text] * 3, {"en": text}):
            with pytest.raises(ValidationError) as caught:
                model.model_validate({field: value, "unknown": 1})
            told = [problem["msg"] for problem in caught.value.errors() if isinstance(problem["input"], str)]
            assert not [message for message in told if "item" in message]
