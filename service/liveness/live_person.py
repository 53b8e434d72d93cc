"""Frames of one person who follows the prompts -> captures of that person, or the reason for refusal.

All checks run before the result is returned. So neither the answer nor its time reveals which check stopped a picture.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.core.types import DecodedImage, Vector
from embeddings.core.vectors import template
from embeddings.embed.engine import FaceEngine
from embeddings.liveness import Flaw, Presentation, Prompt, Shot
from embeddings.quality import selection
from embeddings.quality.quality import check_faces
from service.domain.errors import FramesRefusedError, LivenessFailedError, LivenessReason, RefusedCapture
from service.faces.captures import Capture, CaptureReader, VerifiedPerson
from service.gallery.gallery import Snapshot
from service.liveness.frames import Frame
from service.runtime.stages import timed

MOST_LOST = 0.2
"""Maximum share of frames without exactly one face: a detector sometimes misses a face, and hands pass by."""

AHEAD = 12.0
"""Maximum angle, in degrees, between the most frontal frame and the others that identify the person; as
``guidance.LITTLE_TURNED``."""

UNSEEN = {Flaw.PROMPT_NOT_PERFORMED, Flaw.FACE_LOST, Flaw.TOO_FEW_FRAMES}
"""Flaws that mean a prompt was not seen to be performed, which users need to know. All others give ``NOT_LIVE``."""

Judge = Callable[[Sequence[Shot], Sequence[Prompt]], Presentation]


@dataclass(frozen=True)
class Sighting:
    """A frame with exactly one face: its index among all frames, and the shot to be judged."""

    index: int
    shot: Shot


@dataclass(frozen=True)
class Performance:
    """A decoded reply to a challenge.

    Attributes:
        prompts: the prompts of the challenge.
        images: the frames.
        sightings: the frames with exactly one face.
        stages: milliseconds that ``detect`` took to find them.
        believed: whether the times of the frames are plausible and the frames are new.
    """

    prompts: Sequence[Prompt]
    images: Sequence[DecodedImage]
    sightings: Sequence[Sighting]
    stages: Mapping[str, float]
    believed: bool


@dataclass(frozen=True)
class LivePerson:
    """A person who was before the camera.

    Attributes:
        gallery: the models of this gallery computed the captures.
        captures: captures of the person looking ahead, at least one and at most one for each prompt.
        stages: milliseconds that ``detect``, ``judge`` and ``embed`` took, all frames together.
    """

    gallery: Snapshot
    captures: Sequence[Capture]
    stages: Mapping[str, float]

    @property
    def verified_person(self) -> VerifiedPerson:
        """The person for an enrolment; each enrolled picture must match them by the 1:1 cut-off."""
        return VerifiedPerson(self.captures, self.gallery.models[self.gallery.main].decision.verify_cutoff)


class LivePersonReader:
    """Checks who was before the camera. Safe to use from several threads."""

    def __init__(self, engine: FaceEngine, captures: CaptureReader, judge: Judge, sitting_floor: float) -> None:
        """``sitting_floor`` comes from the engine's model card."""
        self._engine = engine
        self._captures = captures
        self._judge = judge
        self._sitting_floor = sitting_floor

    def find(self, frames: Sequence[Frame], images: Sequence[DecodedImage]) -> Sequence[Sighting]:
        """Finds the frames with exactly one face; ``images`` are the decoded frames."""
        sightings = []
        for index, (frame, image) in enumerate(zip(frames, images, strict=True)):
            faces = self._engine.find_faces(image.pixels, thorough=False)
            if not check_faces(faces):
                sightings.append(Sighting(index, Shot(image.pixels, faces[0], frame.at, frame.prompt)))
        return sightings

    def read(self, performance: Performance, gallery: Snapshot) -> LivePerson:
        """Returns the person, with captures by the models of the gallery.

        Raises LivenessFailedError, or FramesRefusedError if a person was there but their face is not usable.
        """
        stages, sightings = dict(performance.stages), performance.sightings
        shots = [one.shot for one in sightings]
        with timed(stages, "judge"):
            presentation = self._judge(shots, performance.prompts)
        with timed(stages, "embed"):
            results = [
                self._captures.capture(performance.images[one.index], one.shot.face, one.index, list(gallery.models))
                for one in _fronts(sightings, presentation, len(performance.prompts))
            ]
            extremes = [self._engine.embed(shots[one].image, shots[one].face) for one in presentation.key_shots[1:]]
        captures = [one for one in results if isinstance(one, Capture)]
        flaws = set(presentation.flaws)
        lost = len(shots) < (1.0 - MOST_LOST) * len(performance.images)
        against = {
            LivenessReason.PROMPT_NOT_PERFORMED: lost or bool(flaws & UNSEEN),
            LivenessReason.NOT_LIVE: not performance.believed or bool(flaws - UNSEEN),
            LivenessReason.DIFFERENT_PEOPLE: bool(captures) and not self._show_one_person(captures, extremes),
        }
        for reason in LivenessReason:
            if against[reason]:
                raise LivenessFailedError(reason)
        if not captures:
            raise FramesRefusedError([one for one in results if isinstance(one, RefusedCapture)])
        return LivePerson(gallery, captures, stages)

    def _show_one_person(self, captures: Sequence[Capture], extremes: Sequence[Vector]) -> bool:
        """Whether each face belongs to the same person as the others that look ahead.

        ``selection.strangers`` is not suitable: half of the time it takes three faces of one person and three of
        another for one person's.
        """
        ahead = [capture.embeddings[self._engine.model_id] for capture in captures]
        shown = template(ahead)
        agreement = [float(vector @ shown) for vector in extremes]
        if len(ahead) > 1:
            agreement += selection.agreement_with_rest(np.stack(ahead)).tolist()
        return all(one >= self._sitting_floor for one in agreement)


def _fronts(sightings: Sequence[Sighting], presentation: Presentation, prompts: int) -> Sequence[Sighting]:
    """Returns the most frontal frame, and that of each other prompt if it looks ahead too; empty if none is known."""
    if not presentation.key_shots:
        return []
    front = sightings[presentation.key_shots[0]]
    fronts = [front]
    for prompt in set(range(prompts)) - {front.shot.prompt}:
        others = [one for one in sightings if one.shot.prompt == prompt]
        fronts += sorted(others, key=lambda one: _turn(one, front))[:1]
    return [one for one in fronts if _turn(one, front) <= AHEAD]


def _turn(one: Sighting, other: Sighting) -> float:
    return selection.turn_between(one.shot.face.pose, other.shot.face.pose)
