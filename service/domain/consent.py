"""What people consent to when their face is stored: the words, in several languages, and which version of them.

The words are the service's and not the widget's, so that it knows what somebody agreed to, and operators can bring
their own. ``consent.json`` beside this file has those that are used otherwise.
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
"""Whoever changes the words in it raises its version."""

MAX_VERSION = 32
MAX_LANGUAGE = 35
"""Characters; the latter as RFC 5646, section 4.4.1, recommends."""

MAX_TEXT = 4000
"""Characters of a text, which is the label of a checkbox."""

SECOND_CHOICE = "en"

Version = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_VERSION),
    AfterValidator(check_token),
]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=MAX_LANGUAGE)]


@dataclass(frozen=True)
class Wording:
    """The words in one language.

    Attributes:
        version: of the words, the same in every language.
        language: their BCP 47 tag.
        text: plain text.
    """

    version: str
    language: str
    text: str


@dataclass(frozen=True)
class ConsentStatement:
    """What somebody says they agreed to; None for what they don't say."""

    version: str | None = None
    language: str | None = None


UNSTATED = ConsentStatement()


class ConsentForm(BaseModel):
    """The words in every language, by its BCP 47 tag."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    version: Version
    texts: Annotated[Mapping[Language, Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]], Field(min_length=1)]

    def wording(self, language: str) -> Wording:
        """The words in a language (a BCP 47 tag) as spoken there or elsewhere, else in English, else the first."""
        tag = self._closest(language) or self._closest(SECOND_CHOICE) or next(iter(self.texts))
        return Wording(self.version, tag, self.texts[tag])

    def given(self, at: datetime, agreement: ConsentStatement = UNSTATED) -> dict[str, str]:
        """The record of a consent that is given at this time, as in ``facial_data``.

        Raises:
            ConsentOutdatedError: what was agreed to is not what the words are now.
        """
        if agreement.version not in (None, self.version) or agreement.language not in (None, *self.texts):
            raise ConsentOutdatedError
        language = {"language": agreement.language} if agreement.language else {}
        return {"version": self.version, **language, "at": at.isoformat()}

    def _closest(self, language: str) -> str | None:
        """The tag that shares most with a language's, the plainest of several; None where they are other languages."""
        closest = max(self.texts, key=lambda tag: (_shared(tag, language), -tag.count("-")))
        return closest if _shared(closest, language) else None


def read_consent_form(path: Path = STANDARD) -> ConsentForm:
    """The form that a JSON file holds; raises ValueError, which says what is wrong and not where the file is."""
    try:
        return ConsentForm.model_validate(json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=once))
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from None
    except ValidationError as error:
        problems = error.errors(include_input=False)
        told = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in problems)
        raise ValueError(f"the file does not hold what it should: {told}") from None
    except RepeatedNameError as error:
        raise ValueError(f"the file does not hold what it should: {error}") from None
    except (ValueError, RecursionError):
        raise ValueError("the file is no JSON in UTF-8") from None


def _shared(one: str, other: str) -> int:
    """With how many equal subtags two tags begin."""
    pairs = zip(one.lower().split("-"), other.lower().split("-"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
