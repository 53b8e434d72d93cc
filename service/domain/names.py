"""Rules for usernames, passwords and other texts of an account. Every way to create an account uses them."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from db.queries.usernames import spelling
from service.domain import texts

MIN_PASSWORD = 10
MAX_PASSWORD = 1024
"""Characters of a password."""

MAX_TYPED = 4_096
"""Characters. Longer texts are not normalised: they are too long for every type below."""


def _in(form: Callable[[str], str]) -> BeforeValidator:
    """Normalises a text before any other check. Values of other types pass unchanged to the next validator."""

    def apply(value: Any) -> Any:
        return form(value) if isinstance(value, str) and len(value) <= MAX_TYPED else value

    return BeforeValidator(apply)


Username = Annotated[str, Field(min_length=2, max_length=64), _in(spelling), AfterValidator(texts.check_username)]
"""A username for a new account."""

AnyUsername = Annotated[str, Field(min_length=1, max_length=64), _in(spelling), AfterValidator(texts.check_printable)]
"""A username that an existing account may have, perhaps by the rules of an earlier release."""

Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    _in(spelling),
    AfterValidator(texts.check_token),
]

Line = Annotated[str, Field(max_length=256), _in(texts.line), AfterValidator(texts.check_line)]
DisplayName = Annotated[str, Field(min_length=1, max_length=100), _in(texts.line), AfterValidator(texts.check_line)]

Message = Annotated[str, Field(max_length=1000), _in(texts.lines), AfterValidator(texts.check_lines)]
"""A message from a user. It holds no character that a terminal would take as a command."""

NewPassword = Annotated[
    str,
    Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD),
    _in(texts.password),
    AfterValidator(texts.check_line),
]
"""A new password. Invisible characters are refused, because the user could hardly type them again."""
