"""Challenges: what a person before the camera is asked to do, in an order that nobody knows before.

A challenge is named by a nonce, of which the database holds the SHA-256 alone. It is good for one try, for one purpose
and for a short time, and spent by the try whatever comes of it: who could try again with the same prompts could prepare
for them.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import permutations

from db import liveness as rows
from db.unit_of_work import UnitOfWork
from embeddings.liveness import SIDEWAYS, Prompt
from service.errors import ChallengeExpiredError

__all__ = ["Challenges", "Clock", "NewChallenge", "Prompt", "Purpose", "SpentChallenge", "utc_now"]

LIFETIME = timedelta(seconds=90)
"""From the moment a challenge is handed out until its frames have to have come. A person who finds their way before the
camera takes ten to twenty seconds; a film of somebody else that does the same should take longer to make."""

LENGTH = 3
"""Prompts of a challenge, all different."""

SEQUENCES = [prompts for prompts in permutations(Prompt, LENGTH) if not SIDEWAYS.isdisjoint(prompts)]
"""All 54 of them. Each has a turn to a side, which shows depth best."""

_NONCE_BYTES = 24

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class Purpose(StrEnum):
    """What a challenge is good for."""

    LOGIN = "login"
    SIGNUP = "signup"


@dataclass(frozen=True)
class NewChallenge:
    """What is handed out: the nonce to come back with, and what to do meanwhile."""

    nonce: str
    prompts: Sequence[Prompt]
    lifetime: timedelta


@dataclass(frozen=True)
class SpentChallenge:
    """What was asked for, and when."""

    prompts: Sequence[Prompt]
    issued_at: datetime


class Challenges:
    """Hands challenges out and takes them back."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """The time by the clock that challenges are measured with."""
        return self._clock()

    def issue(self, work: UnitOfWork, purpose: Purpose) -> NewChallenge:
        """A new challenge, which begins now."""
        nonce, prompts, now = secrets.token_urlsafe(_NONCE_BYTES), secrets.choice(SEQUENCES), self._clock()
        rows.add_challenge(
            work.session,
            nonce_hash=_hash(nonce),
            purpose=purpose,
            prompts=prompts,
            issued_at=now,
            expires_at=now + LIFETIME,
        )
        return NewChallenge(nonce, prompts, LIFETIME)

    def spend(self, work: UnitOfWork, nonce: str, purpose: Purpose, now: datetime) -> SpentChallenge:
        """Uses a challenge up; the caller commits before anything is looked at.

        Raises ChallengeExpiredError where it never was one for this purpose, was used before, or is too old by then.
        """
        spent = rows.spend_challenge(work.session, _hash(nonce), purpose=purpose, now=now)
        if spent is None:
            raise ChallengeExpiredError
        return SpentChallenge([Prompt(prompt) for prompt in spent.prompts], spent.issued_at)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes the challenges that nobody can use any more."""
        rows.delete_expired_challenges(work.session, self._clock())


def _hash(nonce: str) -> bytes:
    return hashlib.sha256(nonce.encode()).digest()
