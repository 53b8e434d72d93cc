"""Rules for usernames, passwords and other texts of an account, however the account is created."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from db.queries.usernames import spelling
from service.domain import texts

MIN_PASSWORD = 10
MAX_PASSWORD = 1024

MAX_TYPED = 4_096
"""Characters that are brought into their form. A longer text is too long for every type below."""


def _in(form: Callable[[str], str]) -> BeforeValidator:
    """Brings a text into its form before anything is asked of it; other types are left for the next validator."""

    def apply(value: Any) -> Any:
        return form(value) if isinstance(value, str) and len(value) <= MAX_TYPED else value

    return BeforeValidator(apply)


Username = Annotated[str, Field(min_length=2, max_length=64), _in(spelling), AfterValidator(texts.check_username)]
"""One that somebody chooses."""

AnyUsername = Annotated[str, Field(min_length=1, max_length=64), _in(spelling), AfterValidator(texts.check_printable)]
"""One that somebody may have, be it by the rules of an earlier release."""

Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    _in(spelling),
    AfterValidator(texts.check_token),
]

Line = Annotated[str, Field(max_length=256), _in(texts.line), AfterValidator(texts.check_line)]
DisplayName = Annotated[str, Field(min_length=1, max_length=100), _in(texts.line), AfterValidator(texts.check_line)]

Message = Annotated[str, Field(max_length=1000), _in(texts.lines), AfterValidator(texts.check_lines)]
"""What a person has to say. It holds nothing that would command a terminal."""

NewPassword = Annotated[
    str,
    Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD),
    _in(texts.password),
    AfterValidator(texts.check_line),
]
"""What cannot be seen in it is refused: it can hardly be typed again."""
