"""Parses the query of a request as a schema, as ``body`` parses bodies."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.problems import in_words
from service.http.errors import RequestError


class Query(BaseModel):
    """The base of all queries. An empty parameter is the same as none; unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Q = TypeVar("Q", bound=Query)


def parse_query(kind: type[Q]) -> Q:
    """Reads the request's query as ``kind``; of a parameter that is repeated, the first. Raises RequestError."""
    try:
        return kind.model_validate({name: value for name, value in request.args.items() if value})
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
    raise RequestError({".".join(map(str, problem["loc"])): in_words(problem) for problem in problems})
