"""What an account may be called and its password be: the rules of a sign-up, and of whoever else makes one."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

MIN_PASSWORD = 10


def _printable(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise ValueError("must not hold control characters")
    return text


Text = Annotated[str, Field(max_length=256), AfterValidator(_printable)]
"""One line of text in its normal form; a long one is refused before it is looked at, which would take long."""

Message = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]
"""The same, long enough for what a person has to say. It holds nothing that would command a terminal."""

Username = Annotated[Text, Field(min_length=2, max_length=64, pattern=r"^[\w.@+-]+$")]
DisplayName = Annotated[Text, Field(min_length=1, max_length=100)]
Email = Annotated[Text, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
NewPassword = Annotated[str, Field(min_length=MIN_PASSWORD, max_length=1024)]
