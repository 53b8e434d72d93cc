"""JSON types are checked exactly in every field of every request, and of every line of an import."""

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from service.http import schemas
from service.transfer import vectors as bulk_vectors

MODELS = sorted(
    {
        model
        for module in (schemas, bulk_vectors)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
    },
    key=lambda model: model.__name__,
)
OTHERS: dict[type, list[str]] = {
    bool: ["1", "0", "1.0", '"true"', '"1"', "[true]"],
    int: ["true", "5.0", '"5"', "[5]"],
    float: ["true", '"5"', "[5]"],
    str: ["1", "true", "1.5", '["a"]'],
}
"""By the type of a field, JSON values of other types."""


def kinds(annotation: Any) -> set[type]:
    """Returns the plain types that a field accepts, without None."""
    if get_origin(annotation) is Annotated:
        return kinds(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return set().union(*(kinds(one) for one in get_args(annotation)))
    if get_origin(annotation) is Literal:
        return {type(one) for one in get_args(annotation)}
    return set() if annotation is NoneType else {annotation}


FIELDS = [
    pytest.param(model, name, id=f"{model.__name__}.{name}")
    for model in MODELS
    for name, field in model.model_fields.items()
    if len(kinds(field.annotation)) == 1 and kinds(field.annotation) <= OTHERS.keys()
]


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_a_field_takes_no_other_type_of_json(model: type[BaseModel], name: str) -> None:
    (kind,) = kinds(model.model_fields[name].annotation)
    for value in OTHERS[kind]:
        with pytest.raises(ValidationError) as error:
            TypeAdapter(model).validate_json(f'{{"{name}": {value}}}')
        assert name in {problem["loc"][0] for problem in error.value.errors() if problem["type"] != "missing"}, value


@pytest.mark.parametrize("name", ["consent", "password", "username", "image", "expires_hours", "everywhere", "yaw"])
def test_the_fields_are_found(name: str) -> None:
    assert name in {field.values[1] for field in FIELDS}
