"""A person as vectors: a line of the JSONL file that ``visage export`` writes and ``visage import`` reads.

::

    {"username": "ada", "email": "ada@example.org", "display_name": "Ada Lovelace",
     "model": "sface", "vectors": ["<base64>", ...],
     "enrolled_at": "2026-11-25T18:00:00+00:00",
     "consent": {"version": "2026-11-25", "language": "de", "at": "2026-11-25T18:00:00+00:00"}}

There is a vector for each capture: the base64 of its little-endian float16 numbers (``embeddings.core.vectors``), or
the numbers themselves. ``email``, ``display_name``, ``enrolled_at`` and ``consent`` may be missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from db.bulk import EnrolledPerson
from embeddings.core.errors import ModelError
from embeddings.core.models import card
from embeddings.core.types import Vector
from embeddings.core.vectors import decode_vector, normalise
from service.domain.consent import Language, Version
from service.domain.names import DisplayName, Email, Username

MAX_VECTORS = 100
"""The maximum number of captures of one person."""

MAX_NUMBERS = 4096
"""The maximum length of a vector; every known model makes a shorter one."""


@dataclass(frozen=True)
class FaceVectors:
    """A face of which only vectors are known.

    Attributes:
        model_id: the model of the vectors.
        vectors: one for each capture, (dimension,) float32, unit length.
        enrolled_at: when it was enrolled, if known.
        consent: version, language and time of the consent, if known, as in ``facial_data``.
    """

    model_id: str
    vectors: Sequence[Vector]
    enrolled_at: datetime | None
    consent: dict[str, str] | None


class ConsentPart(BaseModel):
    """A recorded consent: its version, its language if known, and its time."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    version: Version
    language: Language | None = None
    at: AwareDatetime

    def as_record(self) -> dict[str, str]:
        """Returns the consent as ``facial_data`` stores it."""
        return {**self.model_dump(exclude_none=True), "at": self.at.isoformat()}


class VectorLine(BaseModel):
    """One line: exact types, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    username: Username
    email: Email | None = None
    display_name: DisplayName | None = None
    model: Annotated[str, Field(max_length=64)]
    vectors: Annotated[
        list[str | Annotated[list[float], Field(max_length=MAX_NUMBERS)]],
        Field(min_length=1, max_length=MAX_VECTORS),
    ]
    enrolled_at: AwareDatetime | None = None
    consent: ConsentPart | None = None

    def face(self) -> FaceVectors:
        """Returns the face of this line. Raises ValueError if a vector does not fit the model."""
        try:
            dimension = card(self.model).dimension
        except ModelError as error:
            raise ValueError(str(error)) from error
        vectors = [_vector(one) for one in self.vectors]
        if wrong := [len(one) for one in vectors if len(one) != dimension]:
            raise ValueError(f"{self.model} makes {dimension} numbers, not {wrong[0]}")
        consent = self.consent.as_record() if self.consent else None
        return FaceVectors(self.model, vectors, self.enrolled_at, consent)


def as_line(person: EnrolledPerson) -> str:
    """Returns an enrolled user as a line, with its line end."""
    document = person.facial_data
    model_id = document["model"]
    line = VectorLine.model_construct(
        username=person.username,
        email=person.email,
        display_name=person.display_name,
        model=model_id,
        vectors=[capture["embeddings"][model_id] for capture in document["captures"]],
        enrolled_at=document["enrolled_at"],
        consent=document["consent"],
    )
    return line.model_dump_json(exclude_none=True, warnings=False) + "\n"


def _vector(written: str | Sequence[float]) -> Vector:
    return decode_vector(written) if isinstance(written, str) else normalise(np.asarray(written, np.float64))
