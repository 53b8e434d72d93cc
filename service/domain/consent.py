"""The consent text that people agree to when their face is stored, its translations and its version.

The service owns the text, not the widget, so that it knows what the user agreed to, and so that operators can supply
their own. ``consent.json`` beside this file is the default.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from service.domain.errors import ConsentOutdatedError
from service.domain.json_members import RepeatedNameError, once
from service.domain.texts import check_token

STANDARD = Path(__file__).with_name("consent.json")
"""The default form. Raise its version when you change its text."""

MAX_VERSION = 32
MAX_LANGUAGE = 35
"""Characters. RFC 5646, section 4.4.1, recommends this maximum for a language tag."""

MAX_TEXT = 4000
"""Characters. The text is the label of a checkbox."""

SECOND_CHOICE = "en"
"""The language of the text if the form lacks the requested one."""

Version = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_VERSION),
    AfterValidator(check_token),
]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=MAX_LANGUAGE)]


@dataclass(frozen=True)
class Wording:
    """The text in one language.

    Attributes:
        version: the version of the text, the same in every language.
        language: the BCP 47 tag of the language.
        text: plain text.
    """

    version: str
    language: str
    text: str


@dataclass(frozen=True)
class ConsentStatement:
    """What the client says the user agreed to. A field that the client omits is None."""

    version: str | None = None
    language: str | None = None


UNSTATED = ConsentStatement()
"""The statement of a client that omits both fields."""


class ConsentForm(BaseModel):
    """The text in every language, by BCP 47 tag."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    version: Version
    texts: Annotated[Mapping[Language, Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]], Field(min_length=1)]

    def wording(self, language: str) -> Wording:
        """Returns the text in the closest variant of a language (a BCP 47 tag), else in English, else in the first."""
        tag = self._closest(language) or self._closest(SECOND_CHOICE) or next(iter(self.texts))
        return Wording(self.version, tag, self.texts[tag])

    def given(self, at: datetime, agreement: ConsentStatement = UNSTATED) -> dict[str, str]:
        """Returns the record of a consent given at this time, as ``facial_data`` stores it.

        Raises:
            ConsentOutdatedError: the user agreed to another version, or in a language that the form does not have.
        """
        if agreement.version not in (None, self.version) or agreement.language not in (None, *self.texts):
            raise ConsentOutdatedError
        language = {"language": agreement.language} if agreement.language else {}
        return {"version": self.version, **language, "at": at.isoformat()}

    def _closest(self, language: str) -> str | None:
        """Returns the tag with the most subtags in common with a language, the shortest of several; None if none."""
        closest = max(self.texts, key=lambda tag: (_shared(tag, language), -tag.count("-")))
        return closest if _shared(closest, language) else None


def read_consent_form(path: Path = STANDARD) -> ConsentForm:
    """Reads the form from a JSON file. Raises ValueError, which says what is wrong but not where the file is."""
    try:
        return ConsentForm.model_validate(json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=once))
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from None
    except ValidationError as error:
        problems = error.errors(include_input=False)
        details = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in problems)
        raise ValueError(f"the file is not a consent form: {details}") from None
    except RepeatedNameError as error:
        raise ValueError(f"the file is not a consent form: {error}") from None
    except (ValueError, RecursionError):
        raise ValueError("the file is not JSON in UTF-8") from None


def _shared(one: str, other: str) -> int:
    """Returns the number of equal subtags at the beginning of two tags."""
    pairs = zip(one.lower().split("-"), other.lower().split("-"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
