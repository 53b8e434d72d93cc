"""Inspects camera frames and tells the user what to change, so that they take a usable picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings.core.errors import ImageError
from embeddings.core.types import Box, DecodedImage, Pose, Quality
from embeddings.decode.decode import decode_base64
from embeddings.embed.engine import FaceEngine
from embeddings.quality.guidance import Ahead, Hint, Target, guide
from service.domain.errors import ImageRejectedError
from service.runtime.stages import timed

__all__ = ["Ahead", "Box", "Guide", "Hint", "Inspection", "Pose", "Quality", "Target"]

MAX_PIXELS = 2_000_000
"""The limit for a frame. 320 x 240 pixels suffice; decoding a full-HD frame takes longer than all other stages."""


@dataclass(frozen=True)
class Inspection:
    """What one frame shows. Nothing of the frame is kept.

    Attributes:
        faces: the number of faces.
        box: the largest face, in shares of the picture's width and height; may extend beyond 0 and 1. None without a
            face, like the next two.
        pose: the pose of that face.
        quality: the measured quality of that face.
        hints: what to change, the most urgent first; empty when a picture can be taken.
        stages: milliseconds by stage: ``decode``, ``detect``, ``judge``.
    """

    faces: int
    box: Box | None
    pose: Pose | None
    quality: Quality | None
    hints: Sequence[Hint]
    stages: Mapping[str, float]

    @property
    def ready(self) -> bool:
        """Whether a picture can be taken now."""
        return not self.hints


class Guide:
    """Inspects frames. Safe to use from several threads."""

    def __init__(self, engine: FaceEngine, max_pixels: int) -> None:
        """``max_pixels`` is the limit of all images; the limit of frames is lower, see ``MAX_PIXELS``."""
        self._engine = engine
        self._max_pixels = min(max_pixels, MAX_PIXELS)

    def inspect(self, text: str, target: Target | None = None, ahead: Ahead | None = None) -> Inspection:
        """Inspects the frame in this base64 text and says what to change for the wanted pose.

        Raises:
            ImageRejectedError: the text is not an image, or the image is too large.
        """
        stages: dict[str, float] = {}
        with timed(stages, "decode"):
            image = self._decode(text).pixels
        with timed(stages, "detect"):
            faces = self._engine.find_faces(image, thorough=False)
        with timed(stages, "judge"):
            face = faces[0] if faces else None
            quality = self._engine.measure(image, face) if face else None
            hints = guide(image, faces, quality, target, ahead)
        box = _in_shares(face.box, *image.shape[:2]) if face else None
        return Inspection(len(faces), box, face.pose if face else None, quality, hints, stages)

    def _decode(self, text: str) -> DecodedImage:
        try:
            return decode_base64(text, self._max_pixels)
        except ImageError as error:
            raise ImageRejectedError(0, error) from error


def _in_shares(box: Box, height: int, width: int) -> Box:
    return Box(box.left / width, box.top / height, box.right / width, box.bottom / height)
