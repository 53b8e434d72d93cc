"""Reads the face of a request: images or frames become captures of one person. No transaction is open meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.levels import Level
from service.faces.captures import Capture, CaptureReader, CaptureSet
from service.gallery.gallery import Gallery, Snapshot
from service.liveness.challenges import Purpose
from service.liveness.frames import Frame
from service.liveness.passive import PassiveLiveness
from service.liveness.verification import Liveness, Reply


@dataclass(frozen=True)
class Submission:
    """The images and the challenge reply of one request. A login has one of them, a challenged enrolment both.

    Attributes:
        images: as base64 text.
        reply: None where the request answers no challenge.
        recent_frames: small frames that the camera showed just before the image, as base64 text.
    """

    images: Sequence[str]
    reply: Reply | None
    recent_frames: Sequence[str] = ()


@dataclass(frozen=True)
class LoginFace:
    """The face of a login or a dispute.

    Attributes:
        gallery: the snapshot whose models computed the embeddings.
        captures: of one person, at least one.
        stages: milliseconds by stage, all images together: ``decode``, ``detect``, ``embed``, and ``liveness`` after a
            passive check; of a challenge's frames ``detect``, ``judge``, ``embed``.
        level: the level of a login by this face, from the liveness check that it passed.
    """

    gallery: Snapshot
    captures: Sequence[Capture]
    stages: Mapping[str, float]
    level: Level

    @property
    def is_challenged(self) -> bool:
        """Whether the captures come from a challenge that was passed."""
        return self.level is Level.CHALLENGED_FACE


@dataclass(frozen=True)
class EnrolmentFace:
    """The face of an enrolment.

    Attributes:
        gallery: the snapshot whose models computed the embeddings.
        captures: those that are stored, and those left out.
    """

    gallery: Snapshot
    captures: CaptureSet


class FaceReader:
    """Reads the face of a request. Safe to use from several threads."""

    def __init__(
        self, captures: CaptureReader, gallery: Gallery, liveness: Liveness, passive: PassiveLiveness | None = None
    ) -> None:
        """``passive`` judges images that come without the reply to a challenge; None accepts them as they are."""
        self._captures = captures
        self._gallery = gallery
        self._liveness = liveness
        self._passive = passive

    def receive(
        self,
        images: Sequence[str],
        reply: tuple[str, Sequence[Frame]] | None = None,
        recent_frames: Sequence[str] = (),
    ) -> Submission:
        """Notes when a reply arrived. Call it before the request waits for a slot.

        Args:
            images: as base64 text.
            reply: the nonce of a challenge, and the frames.
            recent_frames: small frames that the camera showed just before the image, as base64 text.

        Raises:
            LivenessOffError: there is a reply, but the service issues no challenges.
            LivenessRequiredError: there is no reply, but the service requires one.
        """
        self._liveness.check_mode(has_reply=reply is not None)
        return Submission(images, self._liveness.received(*reply) if reply else None, recent_frames)

    def read(self, submission: Submission, purpose: Purpose) -> LoginFace:
        """Reads the face of a login or a dispute.

        Raises ImageRejectedError, CaptureRefusedError or LivenessUncertainError, or for a reply as ``Liveness.verify``.
        """
        if submission.reply:
            person = self._liveness.verify(submission.reply, purpose)
            return LoginFace(person.gallery, person.captures, person.stages, Level.CHALLENGED_FACE)
        gallery = self._gallery.snapshot()
        if self._passive is None:
            captures = self._captures.read(submission.images, list(gallery.models))
            return LoginFace(gallery, captures, _total(captures), Level.FACE)
        examination = self._passive.begin(purpose, submission.recent_frames)
        captures = self._captures.read(submission.images, list(gallery.models), examination.see)
        self._passive.conclude(examination)
        stages = {**_total(captures), "liveness": examination.milliseconds}
        return LoginFace(gallery, captures, stages, Level.PASSIVE_FACE)

    def read_enrolment(self, submission: Submission) -> EnrolmentFace:
        """Reads the face of an enrolment. If there is a reply, the images must show the person of its frames.

        Raises ImageRejectedError, CaptureRefusedError, LivenessFailedError or LivenessUncertainError, or for a reply as
        ``Liveness.verify``.
        """
        reply = submission.reply
        present = self._liveness.verify(reply, Purpose.SIGNUP).verified_person if reply else None
        gallery = self._gallery.snapshot()
        images, model_ids = submission.images, list(gallery.models)
        if self._passive is None or present:
            return EnrolmentFace(gallery, self._captures.read_enrolment(images, model_ids, present))
        examination = self._passive.begin(Purpose.SIGNUP, submission.recent_frames)
        captures = self._captures.read_enrolment(images, model_ids, see=examination.see)
        self._passive.conclude(examination)
        return EnrolmentFace(gallery, captures)


def _total(captures: Sequence[Capture]) -> dict[str, float]:
    return {stage: sum(capture.stages[stage] for capture in captures) for stage in captures[0].stages}
