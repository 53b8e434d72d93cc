"""Images from a client -> captures: one usable face each, with its embeddings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.core.errors import ImageError
from embeddings.core.types import DecodedImage, Face, Quality, Reason, RGBImage, Vector
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
"""The minimum number of captures in an enrolment."""

MAX_CAPTURES = 8
"""The maximum number: ``selection.choose`` tries every combination of them."""

See = Callable[[RGBImage, Face], None]
"""Is called with the pixels of each image and the face in it."""

NO_PIXELS = np.zeros((0, 0, 3), np.uint8)
"""The pixels of an image whose pixels are not kept."""


@dataclass(frozen=True)
class Capture:
    """One photograph with one usable face.

    Attributes:
        image: the photograph as a file, without its pixels: the pixels of all images would take too much memory.
        face: where the face is.
        quality: the measured quality of the face.
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
    """The person who passed a challenge and enrols.

    Attributes:
        captures: captures of this person.
        min_similarity: the least cosine similarity between an enrolled capture and the person's template; the cut-off
            of a comparison with one person (1:1).
    """

    captures: Sequence[Capture]
    min_similarity: float


@dataclass(frozen=True)
class CaptureSet:
    """The captures of an enrolment.

    Attributes:
        kept: at least ``MIN_CAPTURES``, all of one person, without repetitions.
        left_out: the images that only repeat a kept one, and why.
    """

    kept: Sequence[Capture]
    left_out: Sequence[RefusedCapture]


class CaptureReader:
    """Reads captures from base64 text. Safe to use from several threads."""

    def __init__(self, engine: FaceEngine, max_pixels: int, same_person_floor: float) -> None:
        self._engine = engine
        self._max_pixels = max_pixels
        self._same_person_floor = same_person_floor

    def read(
        self, texts: Sequence[str], model_ids: Sequence[str], see: See | None = None, *, twice: bool = False
    ) -> Sequence[Capture]:
        """Returns the captures of one person, with embeddings by these models; the first model enrols.

        The arguments are those of :meth:`read_each`. Raises as :meth:`read_each`, or else CaptureRefusedError, which
        lists each image that shows another person.
        """
        captures = self.read_each(texts, model_ids, see, twice=twice)
        if strangers := self.strangers(captures):
            raise CaptureRefusedError([RefusedCapture(index, [Reason.DIFFERENT_PEOPLE]) for index in strangers])
        return captures

    def read_each(
        self, texts: Sequence[str], model_ids: Sequence[str], see: See | None = None, *, twice: bool = False
    ) -> Sequence[Capture]:
        """Returns the captures of these images, whether or not they show one person, with embeddings by these models.

        ``see`` is called for each usable image while its pixels are in memory. ``twice`` is that of
        :meth:`FaceEngine.find_faces`.

        Raises ImageRejectedError for the first unusable image. Otherwise raises CaptureRefusedError, which lists each
        image whose face is not usable. The slow detector runs only until the first image is refused: from then on the
        call fails anyway, and the other images are only reported.
        """
        captures: list[Capture] = []
        refused: list[RefusedCapture] = []
        pixels = 0
        for index, text in enumerate(texts):
            stages: dict[str, float] = {}
            image = self._decode(text, index, pixels, stages)
            pixels += image.pixels.shape[0] * image.pixels.shape[1]
            result = self.read_image(image, index, model_ids, stages, thorough=not refused, twice=twice)
            if see and isinstance(result, Capture):
                see(image.pixels, result.face)
            del image  # frees memory before the next is decoded: each may have 13 million pixels
            if isinstance(result, RefusedCapture):
                refused.append(result)
            else:
                captures.append(result)
        if refused:
            raise CaptureRefusedError(refused, pixels)
        return captures

    def read_enrolment(
        self,
        texts: Sequence[str],
        model_ids: Sequence[str],
        present: VerifiedPerson | None = None,
        see: See | None = None,
    ) -> CaptureSet:
        """Returns the captures of one person's enrolment; ``model_ids`` and ``see`` are as in :meth:`read`.

        ``present`` is the person who passed the challenge, if there was one. Raises as :meth:`read`. Otherwise raises
        LivenessFailedError if an image shows another person, or CaptureRefusedError if too few captures are left
        without those that repeat another; it lists each repetition.
        """
        captures = self.read(texts, model_ids, see, twice=True)
        if present and not self._show(captures, present):
            raise LivenessFailedError(LivenessReason.DIFFERENT_PEOPLE)
        choice = self.choose(captures)
        left_out = [RefusedCapture(index, [reason]) for index, reason in sorted(choice.left_out.items())]
        if len(choice.kept) < MIN_CAPTURES:
            raise CaptureRefusedError(left_out)
        return CaptureSet([captures[index] for index in choice.kept], left_out)

    def strangers(self, captures: Sequence[Capture]) -> list[int]:
        """Returns the indices of captures that show another person; see ``embeddings.quality.selection``."""
        return selection.strangers([self._main(one) for one in captures], self._same_person_floor)

    def _show(self, captures: Sequence[Capture], present: VerifiedPerson) -> bool:
        """Whether each capture shows the person who was present: one of another person would distort the template."""
        person = template([self._main(one) for one in present.captures])
        return all(float(self._main(one) @ person) >= present.min_similarity for one in captures)

    def choose(self, captures: Sequence[Capture]) -> selection.Choice:
        """Chooses the captures of one person to keep, from 1 to ``MAX_CAPTURES`` given captures."""
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
        twice: bool = True,
    ) -> Capture | RefusedCapture:
        """Returns the capture that an image makes, or the reasons why it makes none.

        Args:
            image: the decoded image.
            index: the index of the image among the person's images, from 0.
            model_ids: the models whose embeddings are computed.
            stages: the initial content of the capture's ``stages``.
            thorough: whether to run the slow detector too.
            twice: as in :meth:`FaceEngine.find_faces`.
        """
        spent = dict(stages or {})
        with timed(spent, "detect"):
            faces = self._engine.find_faces(image.pixels, thorough=thorough, twice=twice)
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
        """Like :meth:`read_image`, for an image in which one ``face`` was already found."""
        spent = dict(stages or {})
        quality = self._engine.measure(image.pixels, face)
        if reasons := check_capture(face, quality):
            return RefusedCapture(index, reasons)
        with timed(spent, "embed"):
            embeddings = self._engine.embed_as(image.pixels, face, model_ids)
        return Capture(replace(image, pixels=NO_PIXELS), face, quality, embeddings, spent)

    def _decode(self, text: str, index: int, pixels: int, stages: dict[str, float]) -> DecodedImage:
        """Decodes an image; ``pixels`` were decoded before it. Raises ImageRejectedError."""
        with timed(stages, "decode"):
            try:
                return decode_base64(text, self._max_pixels)
            except ImageError as error:
                raise ImageRejectedError(index, error, pixels + error.decoded) from error

    def _main(self, capture: Capture) -> Vector:
        return capture.embeddings[self._engine.model_id]
