"""Says in plain words what is wrong with a value that pydantic has refused."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "has the wrong form",
    "value_error": "{error}",
}
"""By pydantic's type of error. The fields are those of its context, which never holds the refused value."""


def in_words(problem: ErrorDetails) -> str:
    """Returns one sentence without the refused value, such as ``must be at most 0.1``.

    Types of errors that have no words here keep pydantic's message.
    """
    words, context = _WORDS.get(problem["type"]), problem.get("ctx", {})
    if problem["type"] == "string_too_short" and context["min_length"] == 1:
        words = "must not be empty"
    return problem["msg"] if words is None else words.format(**context)
