"""Images as a client sent them -> captures: one usable face each, with its vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.core.errors import ImageError
from embeddings.core.types import DecodedImage, Face, Quality, Reason, Vector
from embeddings.core.vectors import template
from embeddings.decode.decode import decode_base64
from embeddings.embed.engine import FaceEngine
from embeddings.quality import selection
from embeddings.quality.quality import check_capture, check_faces
from service.domain.errors import (
    CaptureRefusedError,
    ImageRejectedError,
    LivenessFailedError,
    LivenessReason,
    RefusedCapture,
)
from service.runtime.stages import timed

MIN_CAPTURES = 3
"""How many captures make an enrolment, at least."""

MAX_CAPTURES = 8
"""And at most: ``selection.choose`` tries every choice of them."""

NO_PIXELS = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class Capture:
    """One photograph with one usable face.

    Attributes:
        image: the photograph as a file, without its pixels: those of all that are looked at would take too much memory.
        face: where the face is.
        quality: what limits it.
        embeddings: the face as a unit vector of each model asked for, by model id, in that order.
        stages: milliseconds that ``decode``, ``detect`` and ``embed`` took.
    """

    image: DecodedImage
    face: Face
    quality: Quality
    embeddings: Mapping[str, Vector]
    stages: Mapping[str, float]


@dataclass(frozen=True)
class VerifiedPerson:
    """Who was challenged and enrols.

    Attributes:
        captures: of them.
        min_similarity: the least cosine to their template of what they enrol; what a comparison with one person asks
            for (1:1).
    """

    captures: Sequence[Capture]
    min_similarity: float


@dataclass(frozen=True)
class CaptureSet:
    """The captures of an enrolment.

    Attributes:
        kept: at least ``MIN_CAPTURES``, of one person, none of which repeats another.
        left_out: the images that only repeat one of them, and why.
    """

    kept: Sequence[Capture]
    left_out: Sequence[RefusedCapture]


class CaptureReader:
    """Reads captures from base64 text. Safe to use from several threads."""

    def __init__(self, engine: FaceEngine, max_pixels: int, same_person_floor: float) -> None:
        self._engine = engine
        self._max_pixels = max_pixels
        self._same_person_floor = same_person_floor

    def read(self, texts: Sequence[str], model_ids: Sequence[str]) -> Sequence[Capture]:
        """The captures of one person, as these models see them, the first being that of enrolments.

        Raises ImageRejectedError for the first image that is none; otherwise CaptureRefusedError that lists each image
        whose face cannot be used, or else each that shows somebody else than the others do. The slow detector is asked
        until the first image is refused: from then on the answer is no, and the others are only to be told of.
        """
        captures: list[Capture] = []
        refused: list[RefusedCapture] = []
        pixels = 0
        for index, text in enumerate(texts):
            stages: dict[str, float] = {}
            image = self._decode(text, index, pixels, stages)
            pixels += image.pixels.shape[0] * image.pixels.shape[1]
            result = self.read_image(image, index, model_ids, stages, thorough=not refused)
            del image  # before the next is decoded: each may have 13 million pixels
            if isinstance(result, RefusedCapture):
                refused.append(result)
            else:
                captures.append(result)
        if refused:
            raise CaptureRefusedError(refused, pixels)
        if strangers := self.strangers(captures):
            raise CaptureRefusedError([RefusedCapture(index, [Reason.DIFFERENT_PEOPLE]) for index in strangers])
        return captures

    def read_enrolment(
        self, texts: Sequence[str], model_ids: Sequence[str], present: VerifiedPerson | None = None
    ) -> CaptureSet:
        """The captures of one person's enrolment; the models are those of :meth:`read`.

        ``present`` is who was challenged, if anybody was. Raises as :meth:`read`; or else LivenessFailedError where an
        image shows somebody else, or CaptureRefusedError that lists each image that repeats another, where too few are
        left without them.
        """
        captures = self.read(texts, model_ids)
        if present and not self._show(captures, present):
            raise LivenessFailedError(LivenessReason.DIFFERENT_PEOPLE)
        choice = self.choose(captures)
        left_out = [RefusedCapture(index, [reason]) for index, reason in sorted(choice.left_out.items())]
        if len(choice.kept) < MIN_CAPTURES:
            raise CaptureRefusedError(left_out)
        return CaptureSet([captures[index] for index in choice.kept], left_out)

    def strangers(self, captures: Sequence[Capture]) -> list[int]:
        """The captures that show somebody else than the others do, by index; see ``embeddings.quality.selection``."""
        return selection.strangers([self._main(one) for one in captures], self._same_person_floor)

    def _show(self, captures: Sequence[Capture], present: VerifiedPerson) -> bool:
        """Whether each capture shows who was there: one of somebody else among them would pull the template there."""
        person = template([self._main(one) for one in present.captures])
        return all(float(self._main(one) @ person) >= present.min_similarity for one in captures)

    def choose(self, captures: Sequence[Capture]) -> selection.Choice:
        """Which captures of one person to keep; at least one and at most ``MAX_CAPTURES`` are given."""
        views = [selection.View(one.face, one.quality, self._main(one)) for one in captures]
        return selection.choose(views, self._same_person_floor)

    def read_image(
        self,
        image: DecodedImage,
        index: int,
        model_ids: Sequence[str],
        stages: Mapping[str, float] | None = None,
        *,
        thorough: bool = True,
    ) -> Capture | RefusedCapture:
        """The capture that an image makes, or why it makes none.

        Args:
            image: decoded.
            index: which image of its person's, from 0.
            model_ids: whose vectors are computed.
            stages: what the capture's ``stages`` begin with.
            thorough: whether the slow detector is asked too.
        """
        spent = dict(stages or {})
        with timed(spent, "detect"):
            faces = self._engine.find_faces(image.pixels, thorough=thorough)
        if reasons := check_faces(faces):
            return RefusedCapture(index, reasons)
        return self.capture(image, faces[0], index, model_ids, spent)

    def capture(
        self,
        image: DecodedImage,
        face: Face,
        index: int,
        model_ids: Sequence[str],
        stages: Mapping[str, float] | None = None,
    ) -> Capture | RefusedCapture:
        """The same, of an image in which one ``face`` was found."""
        spent = dict(stages or {})
        quality = self._engine.measure(image.pixels, face)
        if reasons := check_capture(face, quality):
            return RefusedCapture(index, reasons)
        with timed(spent, "embed"):
            embeddings = self._engine.embed_as(image.pixels, face, model_ids)
        return Capture(replace(image, pixels=NO_PIXELS), face, quality, embeddings, spent)

    def _decode(self, text: str, index: int, pixels: int, stages: dict[str, float]) -> DecodedImage:
        """An image; ``pixels`` were decoded before it. Raises ImageRejectedError."""
        with timed(stages, "decode"):
            try:
                return decode_base64(text, self._max_pixels)
            except ImageError as error:
                raise ImageRejectedError(index, error, pixels + error.decoded) from error

    def _main(self, capture: Capture) -> Vector:
        return capture.embeddings[self._engine.model_id]
