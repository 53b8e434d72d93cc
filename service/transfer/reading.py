"""From a person in a source to what is written about them. Safe to use from several threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from db.bulk import NewPerson
from embeddings.core.errors import (
    DamagedImageError,
    EmptyImageError,
    ImageError,
    ImageTooLargeError,
    TruncatedImageError,
)
from embeddings.core.types import DecodedImage, Reason, Vector
from embeddings.core.vectors import template
from embeddings.decode.decode import decode_image
from service.accounts.passwords import NO_PASSWORD
from service.domain.consent import ConsentForm
from service.domain.errors import RefusedCapture
from service.faces.captures import MAX_CAPTURES, Capture, CaptureReader
from service.faces.facial_data import compose, compose_without_images
from service.gallery.search import Averages
from service.images.store import ImageStore, StagedImages
from service.transfer.report import RefusalReason, Refused
from service.transfer.sources import PHOTOGRAPHS, Listed
from service.transfer.vectors import FaceVectors

WHY: Mapping[type[Exception], RefusalReason] = {
    EmptyImageError: RefusalReason.IMAGE_EMPTY,
    DamagedImageError: RefusalReason.IMAGE_DAMAGED,
    TruncatedImageError: RefusalReason.IMAGE_TRUNCATED,
    ImageTooLargeError: RefusalReason.IMAGE_TOO_LARGE,
}
"""The reason for each error of an image; every other error is ``IMAGE_NOT_SUPPORTED``."""


@dataclass(frozen=True)
class Ready:
    """A person who can be written.

    Attributes:
        listed: the entry of the source.
        person: the rows for the database.
        averages: the mean of the captures, for the search for duplicates.
        staged: the staged images, or None.
        captures: the number of captures.
    """

    listed: Listed
    person: NewPerson
    averages: Averages
    staged: StagedImages | None
    captures: int


@dataclass(frozen=True)
class Outcome:
    """The result for one person: the person if they can be written, and the refusals.

    Attributes:
        looked_at: the number of images read, or of vectors.
    """

    ready: Ready | None
    refused: Sequence[Refused]
    looked_at: int = 0


class PersonReader:
    """Makes people from the files and vectors of a source."""

    def __init__(
        self,
        *,
        model_id: str,
        searched: Sequence[str],
        captures: CaptureReader,
        images: ImageStore,
        consent: ConsentForm,
        min_images: int,
        max_pixels: int,
        max_bytes: int,
    ) -> None:
        """Does nothing yet.

        Args:
            model_id: the model of the templates.
            searched: the models used to search for duplicates, ``model_id`` first.
            captures: reads one image.
            images: where images are stored.
            consent: the consent form, used if the source names none.
            min_images: the minimum number of captures of a person.
            max_pixels: the maximum for an image, as ``decode_image`` takes it.
            max_bytes: the maximum size of an image file.
        """
        self._model_id = model_id
        self._searched = searched
        self._captures = captures
        self._images = images
        self._consent = consent
        self._min_images = min_images
        self._max_pixels = max_pixels
        self._max_bytes = max_bytes

    def read(self, listed: Listed) -> Outcome:
        """Processes a person. Raises StorageError if their images cannot be stored."""
        if isinstance(listed.face, FaceVectors):
            return self._of_vectors(listed, listed.face)
        return self._of_photographs(listed, listed.face)

    def _of_vectors(self, listed: Listed, face: FaceVectors) -> Outcome:
        """Accepts the vectors as the source describes them; the quality of the captures cannot be checked."""
        if face.model_id != self._model_id:
            detail = f"vectors of {face.model_id}, but the settings' model is {self._model_id}"
            return Outcome(None, [_person_refused(listed, RefusalReason.OTHER_MODEL, detail)])
        now = datetime.now(UTC)
        document = compose_without_images(
            face.vectors,
            enrolment=uuid4(),
            model_id=self._model_id,
            enrolled_at=face.enrolled_at or now,
            consent=face.consent or self._consent.given(now),
        )
        by_model = [{self._model_id: vector} for vector in face.vectors]
        return Outcome(self._ready(listed, uuid4(), document, by_model, None), [], len(face.vectors))

    def _of_photographs(self, listed: Listed, paths: Sequence[Path]) -> Outcome:
        looked_at, refused = 0, []
        captures: list[tuple[Path, Capture]] = []
        for path in paths:
            if len(captures) == MAX_CAPTURES:
                refused.append(_image_refused(listed, path, [RefusalReason.NOT_NEEDED]))
                continue
            looked_at += 1
            found = self._capture_of(path)
            if isinstance(found, Capture):
                captures.append((path, found))
            else:
                refused.append(_image_refused(listed, path, found))
        if strangers := self._captures.strangers([capture for _, capture in captures]):
            refused += [_image_refused(listed, captures[one][0], [Reason.DIFFERENT_PEOPLE]) for one in strangers]
            return Outcome(None, [*refused, _person_refused(listed, Reason.DIFFERENT_PEOPLE)], looked_at)
        kept = self._without_repetitions(listed, captures, refused)
        if len(kept) < self._min_images:
            detail = f"{len(kept)} of {len(paths)} are usable, but {self._min_images} are needed"
            return Outcome(None, [*refused, _person_refused(listed, RefusalReason.TOO_FEW_IMAGES, detail)], looked_at)
        return Outcome(self._stored(listed, kept), refused, looked_at)

    def _without_repetitions(
        self, listed: Listed, captures: Sequence[tuple[Path, Capture]], refused: list[Refused]
    ) -> Sequence[Capture]:
        """Returns the captures to keep, and adds the others to ``refused``."""
        if not captures:
            return []
        choice = self._captures.choose([capture for _, capture in captures])
        refused += [
            _image_refused(listed, captures[index][0], [reason]) for index, reason in sorted(choice.left_out.items())
        ]
        return [captures[index][1] for index in choice.kept]

    def _capture_of(self, path: Path) -> Capture | Sequence[str]:
        """Returns the capture of a photograph, or why it makes none."""
        image = self._decoded(path)
        if isinstance(image, RefusalReason):
            return [image]
        found = self._captures.read_image(image, 0, self._searched)
        if isinstance(found, RefusedCapture):
            return found.reasons
        return found

    def _decoded(self, path: Path) -> DecodedImage | RefusalReason:
        if path.suffix.lower() not in PHOTOGRAPHS:
            return RefusalReason.IMAGE_NOT_SUPPORTED
        try:
            if not path.is_file():  # reading from a pipe would wait forever
                return RefusalReason.IMAGE_MISSING
            if path.stat().st_size > self._max_bytes:
                return RefusalReason.IMAGE_TOO_LARGE
            return decode_image(path.read_bytes(), self._max_pixels)
        except OSError:
            return RefusalReason.IMAGE_MISSING
        except ImageError as error:
            return WHY.get(type(error), RefusalReason.IMAGE_NOT_SUPPORTED)

    def _stored(self, listed: Listed, captures: Sequence[Capture]) -> Ready:
        user_id = uuid4()
        staged = self._images.stage([capture.image for capture in captures], user_id)
        now = datetime.now(UTC)
        document = compose(
            captures,
            names=staged.names,
            enrolment=staged.enrolment,
            model_id=self._model_id,
            at=now,
            consent=self._consent.given(now),
        )
        return self._ready(listed, user_id, document, [capture.embeddings for capture in captures], staged)

    def _ready(
        self,
        listed: Listed,
        user_id: UUID,
        document: Mapping[str, Any],
        captures: Sequence[Mapping[str, Vector]],
        staged: StagedImages | None,
    ) -> Ready:
        account = listed.account
        person = NewPerson(
            user_id=user_id,
            username=account.username,
            email=account.email,
            display_name=account.display_name or account.username,
            password_hash=NO_PASSWORD,
            facial_data=document,
            model_id=self._model_id,
            template=template([capture[self._model_id] for capture in captures]),
        )
        return Ready(listed, person, Averages.of(captures), staged, len(captures))


def _image_refused(listed: Listed, path: Path, reasons: Sequence[str]) -> Refused:
    return Refused(listed.where, listed.account.username, str(path), reasons)


def _person_refused(listed: Listed, reason: str, detail: str = "") -> Refused:
    return Refused(listed.where, listed.account.username, "", [reason], detail)
