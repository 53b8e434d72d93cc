"""Verifies liveness: a user has to perform random movements before the camera now.

``service.liveness.live_person`` judges what the frames of a reply show. This module handles the challenge, the time
that the reply took, and whether its frames were sent before.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from service.audit.audit import Audit, Event
from service.domain.errors import LivenessFailedError, LivenessOffError, LivenessRequiredError
from service.domain.liveness_mode import LivenessMode
from service.gallery.gallery import Gallery
from service.liveness.challenges import Challenges, NewChallenge, Purpose
from service.liveness.frames import Frame, SeenFrames, decode_frame, plausible
from service.liveness.live_person import LivePerson, LivePersonReader, Performance
from service.runtime.metrics import Metrics
from service.runtime.stages import timed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """The reply to a challenge, and when all of it had arrived."""

    nonce: str
    frames: Sequence[Frame]
    arrived_at: datetime


class Liveness:
    """Challenges users, and verifies their replies. Safe to use from several threads."""

    def __init__(
        self,
        *,
        mode: LivenessMode,
        database: Database,
        gallery: Gallery,
        challenges: Challenges,
        seen_frames: SeenFrames,
        live_person_reader: LivePersonReader,
        audit: Audit,
        metrics: Metrics,
    ) -> None:
        """``mode`` is that of the settings."""
        self._mode = mode
        self._database = database
        self._gallery = gallery
        self._challenges = challenges
        self._seen_frames = seen_frames
        self._live_person_reader = live_person_reader
        self._audit = audit
        self._metrics = metrics

    def challenge(self, work: UnitOfWork, purpose: Purpose, address: str) -> NewChallenge:
        """Issues a challenge for a client address. Raises LivenessOffError."""
        self.check_mode(has_reply=True)
        return self._challenges.issue(work, purpose, address)

    def check_mode(self, *, has_reply: bool) -> None:
        """Raises LivenessOffError for a reply that nobody asked for, LivenessRequiredError if a reply is missing."""
        if has_reply and self._mode == "off":
            raise LivenessOffError
        if self._mode == "challenge" and not has_reply:
            raise LivenessRequiredError

    def received(self, nonce: str, frames: Sequence[Frame]) -> Reply:
        """Returns a reply that has just arrived completely."""
        return Reply(nonce, frames, self._challenges.now())

    def verify(self, reply: Reply, purpose: Purpose) -> LivePerson:
        """Returns the person who was there. The request holds a slot, and no transaction is open.

        Raises DatabaseUnavailableError or ChallengeExpiredError. Once the challenge is used up, raises
        ImageRejectedError, LivenessFailedError, or FramesRefusedError if a person was there but their face is not
        usable.
        """
        gallery = self._gallery.snapshot()
        with self._database.unit_of_work() as work:
            spent = self._challenges.spend(work, reply.nonce, purpose, reply.arrived_at)
        images = [decode_frame(frame.image, index) for index, frame in enumerate(reply.frames)]
        stages: dict[str, float] = {}
        with timed(stages, "detect"):
            sightings = self._live_person_reader.find(reply.frames, images)
        with self._database.unit_of_work() as work:
            repeated = self._seen_frames.repeated(work, [one.shot.image for one in sightings], reply.arrived_at)
        elapsed = (reply.arrived_at - spent.issued_at).total_seconds()
        believed = plausible(reply.frames, len(spent.prompts), elapsed) and not repeated
        try:
            performance = Performance(spent.prompts, images, sightings, stages, believed)
            person = self._live_person_reader.read(performance, gallery)
        except LivenessFailedError as error:
            logger.info("challenge: %s", error.reason)
            self._metrics.challenge(purpose, error.reason)
            with self._database.unit_of_work() as work:
                self._audit.record(work, Event.LIVENESS_REFUSED, outcome=error.reason, details={"purpose": purpose})
            raise
        logger.info("challenge: passed")
        self._metrics.challenge(purpose, "passed")
        return person

    def forget_old(self, work: UnitOfWork) -> None:
        """Deletes expired challenges and old frame hashes."""
        self._challenges.forget_expired(work)
        self._seen_frames.forget_old(work, self._challenges.now())
