"""The result of an import: the number of people, and every refused person and image with the reason."""

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
from service.runtime.named_files import is_pipe_or_device, open_stream

COLUMNS = ("at", "where", "username", "image", "reasons", "detail")


class RefusalReason(StrEnum):
    """Why an import refuses a person or an image; captures have the reasons of ``Reason`` too."""

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
    """A refused person or image.

    Attributes:
        where: the place in the source.
        username: the person's username, or empty if it cannot be read.
        image: the image's path, or empty if the person is refused.
        reasons: at least one, of ``Reason`` and ``RefusalReason``, the worst first.
        detail: a sentence for the operator, or empty.
    """

    where: str
    username: str
    image: str
    reasons: Sequence[str]
    detail: str = ""


@dataclass
class Tally:
    """The result of a run so far.

    Attributes:
        enrolled: enrolled people.
        images: images or vectors that they were enrolled with.
        known: people skipped because they were already enrolled.
        refused: refused people or lines.
        refused_images: refused images, of all people.
        looked_at: images read and vectors processed, for the speed.
    """

    enrolled: int = 0
    images: int = 0
    known: int = 0
    refused: int = 0
    refused_images: int = 0
    looked_at: int = 0


@dataclass
class Report:
    """A CSV file with a line for each refusal. The first refusal creates it; an existing file is appended to.

    A pipe or a device is written to directly. Only its owner can read the file, because it names people. A run that
    continues a killed one appends its own lines.
    """

    path: Path
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _begun: bool = False

    def add(self, refusals: Sequence[Refused]) -> None:
        """Writes these lines. Raises SourceError if the file cannot be written."""
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
        """Checks before the import that the file can be written. Raises SourceError."""
        is_pipe_or_device(self.path)  # raises for a folder, a symbolic link and the like
        place = self.path if self.path.exists() else self.path.absolute().parent
        if not os.access(place, os.W_OK) or self.path.is_dir():
            raise SourceError(f"the report {self.path} cannot be written: name another file with --report")

    @contextmanager
    def _open(self) -> Iterator[tuple[TextIO, bool]]:
        """Yields the file, and whether it is still empty."""
        if is_pipe_or_device(self.path):
            with open_stream(self.path) as stream:
                yield stream, not self._begun
            self._begun = True
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchmod(descriptor, 0o600)  # the file may have existed before
        with open(descriptor, "a+", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file, file.seek(0, os.SEEK_END) == 0
