"""What an import came to: how many people, and every refused person and image with the reason."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from service.domain.operator_errors import SourceError
from service.domain.table_cells import as_cell
from service.runtime.named_files import open_stream, takes_as_it_comes

COLUMNS = ("at", "where", "username", "image", "reasons", "detail")


class RefusalReason(StrEnum):
    """Why a person or an image of an import is refused, beside the ``Reason`` of a capture."""

    UNREADABLE = "unreadable"
    USERNAME_REPEATED = "username_repeated"
    ACCOUNT_WITHOUT_FACE = "account_without_face"
    EMAIL_TAKEN = "email_taken"
    TOO_FEW_IMAGES = "too_few_images"
    OTHER_MODEL = "other_model"
    FACE_ALREADY_ENROLLED = "face_already_enrolled"
    IMAGE_MISSING = "image_missing"
    IMAGE_EMPTY = "image_empty"
    IMAGE_NOT_SUPPORTED = "image_not_supported"
    IMAGE_DAMAGED = "image_damaged"
    IMAGE_TRUNCATED = "image_truncated"
    IMAGE_TOO_LARGE = "image_too_large"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Refused:
    """A person or one image that is not enrolled.

    Attributes:
        where: the place in the source.
        username: whose, or empty where that cannot be read.
        image: the image's path, or empty where it is the person who is refused.
        reasons: at least one, of ``Reason`` and ``Why``, the worst first.
        detail: a sentence for the operator, or empty.
    """

    where: str
    username: str
    image: str
    reasons: Sequence[str]
    detail: str = ""


@dataclass
class Tally:
    """What has come of a run so far.

    Attributes:
        enrolled: people who were.
        images: images, or vectors, that they were enrolled with.
        known: people passed over as they were enrolled before.
        refused: people, or lines, that were refused.
        refused_images: images that were refused, of whomever.
        looked_at: images that were read and vectors that were taken, to tell how fast it goes.
    """

    enrolled: int = 0
    images: int = 0
    known: int = 0
    refused: int = 0
    refused_images: int = 0
    looked_at: int = 0


@dataclass
class Report:
    """A CSV file that takes a line for each refusal; made with the first, added to if it is there. A pipe or a device
    takes the lines as they come.

    It names people, so that only its owner may read it. A run that continues one which was killed adds its own lines.
    """

    path: Path
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _begun: bool = False

    def add(self, refusals: Sequence[Refused]) -> None:
        """Writes these lines; raises SourceError where the file cannot be written."""
        if not refusals:
            return
        at = self.at.isoformat(timespec="seconds")
        try:
            with self._open() as (file, empty):
                writer = csv.writer(file)
                if empty:
                    writer.writerow(COLUMNS)
                for one in refusals:
                    row = (at, one.where, one.username, one.image, " ".join(one.reasons), one.detail)
                    writer.writerow(map(as_cell, row))
        except OSError as error:
            raise SourceError(f"the report {self.path} cannot be written: {error.strerror}") from error

    def check(self) -> None:
        """Finds out before anything is done whether it can be written; raises SourceError."""
        takes_as_it_comes(self.path)
        place = self.path if self.path.exists() else self.path.absolute().parent
        if not os.access(place, os.W_OK) or self.path.is_dir():
            raise SourceError(f"the report {self.path} cannot be written: name another file with --report")

    @contextmanager
    def _open(self) -> Iterator[tuple[TextIO, bool]]:
        """The file, and whether there is nothing in it yet."""
        if takes_as_it_comes(self.path):
            with open_stream(self.path) as stream:
                yield stream, not self._begun
            self._begun = True
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchmod(descriptor, 0o600)  # it may have been there before
        with open(descriptor, "a+", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file, file.seek(0, os.SEEK_END) == 0
