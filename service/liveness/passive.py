"""The passive check: whether the images of a request look like a picture of a face instead of a face.

It asks for no movement. A refusal does not lock the user out: they may try again, pass a challenge, or log in by
password.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from db.core.engine import Database
from embeddings.core.types import Box, Face, RGBImage
from embeddings.liveness.passive import MOST_FRAMES, THRESHOLD, combined
from embeddings.liveness.types import Sight
from service.audit.audit import Audit, Event
from service.domain.errors import LivenessUncertainError
from service.liveness.challenges import Purpose
from service.liveness.frames import decode_frame
from service.runtime.metrics import Metrics

MAX_RECENT_FRAMES = MOST_FRAMES - 1
"""Frames that a login may add to its image: small ones, which the camera showed just before it."""

UNCERTAIN = "uncertain"
"""The outcome of a refusal in the audit and the metrics."""

logger = logging.getLogger(__name__)


class FrameJudge(Protocol):
    """Judges single frames, as ``embeddings.liveness.passive.PassiveCheck`` does."""

    def score_frame(self, sight: Sight) -> float:
        """Returns the probability that a frame shows an attack, 0 to 1."""

    def warm_up(self) -> None:
        """Loads what the first frame needs."""


class PassiveLiveness:
    """Judges the images of requests. Safe to use from several threads."""

    def __init__(self, check: FrameJudge, database: Database, audit: Audit, metrics: Metrics) -> None:
        self._check = check
        self._database = database
        self._audit = audit
        self._metrics = metrics

    def begin(self, purpose: Purpose, recent_frames: Sequence[str]) -> "Examination":
        """Begins to judge one request; ``recent_frames`` are base64 text. Raises ImageRejectedError."""
        frames = [decode_frame(text, index).pixels for index, text in enumerate(recent_frames)]
        return Examination(self._check, purpose, frames)

    def conclude(self, examination: "Examination") -> None:
        """Raises LivenessUncertainError if the images look like an attack. No transaction may be open."""
        purpose, is_attack = examination.purpose, examination.is_frozen or examination.score >= THRESHOLD
        self._metrics.passive(purpose, UNCERTAIN if is_attack else "passed")
        if not is_attack:
            return
        logger.info("passive check: %s", UNCERTAIN)
        with self._database.unit_of_work() as work:
            self._audit.record(work, Event.LIVENESS_REFUSED, outcome=UNCERTAIN, details={"purpose": purpose})
        raise LivenessUncertainError


class Examination:
    """The judgement of one request, image by image, so that no two images have to be in memory at the same time.

    Attributes:
        purpose: what the face is for.
        milliseconds: how long the judgement took so far.
    """

    def __init__(self, check: FrameJudge, purpose: Purpose, recent_frames: Sequence[RGBImage]) -> None:
        self.purpose = purpose
        self.milliseconds = 0.0
        self._check = check
        self._recent_frames = recent_frames
        self._scores: list[float] = []

    @property
    def is_frozen(self) -> bool:
        """Whether two recent frames are equal. No camera takes equal pictures, so a program sent a still picture."""
        return any(np.array_equal(one, other) for one, other in pairwise(self._recent_frames))

    def see(self, image: RGBImage, face: Face) -> None:
        """Judges an image, and with the first image the recent frames."""
        start = time.perf_counter()
        if not self._scores:
            self._scores += [self._score(frame, _moved(face, image, frame)) for frame in self._recent_frames]
        self._scores.append(self._score(image, face))
        self.milliseconds += (time.perf_counter() - start) * 1000

    @property
    def score(self) -> float:
        """The mean probability of an attack, 0 to 1."""
        return combined(self._scores)

    def _score(self, image: RGBImage, face: Face) -> float:
        return self._check.score_frame(Sight(image, face))


def _moved(face: Face, image: RGBImage, frame: RGBImage) -> Face:
    """The face, where it lies in a smaller picture of the same scene.

    The camera took both within a second. The network sees much more than the face, so that a small movement does not
    matter, and to search for the face would take longer than to judge it.
    """
    down, across = frame.shape[0] / image.shape[0], frame.shape[1] / image.shape[1]
    box = face.box
    scaled = Box(box.left * across, box.top * down, box.right * across, box.bottom * down)
    return replace(face, box=scaled)
