"""Challenges: movements that a user has to make before the camera, in an unpredictable order.

A nonce names a challenge; the database stores only its SHA-256. A challenge is valid for one try, for one purpose and
for a short time. The try uses it up, whatever the result.

Asking for a challenge is free. An attacker with a recording could therefore ask until the challenge fits the recording.
To prevent this, the prompts are drawn once per period for each client address; neither another request nor a try
changes them.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import permutations

from db.core.unit_of_work import UnitOfWork
from db.queries import challenges as rows
from embeddings.liveness import SIDEWAYS, Prompt
from service.domain.errors import ChallengeExpiredError
from service.domain.random_secrets import hash_of, new_secret

__all__ = ["Challenges", "Clock", "NewChallenge", "Prompt", "Purpose", "SpentChallenge", "utc_now"]

LIFETIME = timedelta(seconds=90)
"""The time from the issue of a challenge until all its frames must have arrived. A user who finds their position takes
ten to twenty seconds; producing a film of another person that does the same should take longer."""

DRAW_HOLDS = LIFETIME
"""How long one address gets the same prompts. So the prompts are known for at most two lifetimes in advance, and one
address sees at most 40 draws an hour."""

LENGTH = 3
"""The number of prompts in a challenge, all different."""

SEQUENCES = [prompts for prompts in permutations(Prompt, LENGTH) if not SIDEWAYS.isdisjoint(prompts)]
"""All 54 sequences. Each contains a turn to a side, which shows depth best."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Returns the time of this machine."""
    return datetime.now(UTC)


class Purpose(StrEnum):
    """What a challenge may be used for."""

    LOGIN = "login"
    SIGNUP = "signup"


@dataclass(frozen=True)
class NewChallenge:
    """A challenge for the client: the nonce to send back, and the prompts to show."""

    nonce: str
    prompts: Sequence[Prompt]
    lifetime: timedelta


@dataclass(frozen=True)
class SpentChallenge:
    """The prompts of a challenge, and when it was issued."""

    prompts: Sequence[Prompt]
    issued_at: datetime


class Challenges:
    """Issues challenges and accepts each once."""

    def __init__(self, key: bytes, clock: Clock = utc_now) -> None:
        """``key`` determines the draws; it must be the same on all machines of a service."""
        self._key = key
        self._clock = clock

    def now(self) -> datetime:
        """Returns the time by the clock of the challenges."""
        return self._clock()

    def issue(self, work: UnitOfWork, purpose: Purpose, address: str) -> NewChallenge:
        """Issues a challenge, which starts now, to a client address as rate limits count it."""
        nonce, now = new_secret(), self._clock()
        prompts = self._drawn(purpose, address, now)
        rows.add_challenge(
            work.session,
            nonce_hash=hash_of(nonce),
            purpose=purpose,
            prompts=prompts,
            issued_at=now,
            expires_at=now + LIFETIME,
        )
        return NewChallenge(nonce, prompts, LIFETIME)

    def spend(self, work: UnitOfWork, nonce: str, purpose: Purpose, now: datetime) -> SpentChallenge:
        """Uses a challenge up; the caller commits before it examines the frames.

        Raises ChallengeExpiredError if the challenge is unknown, for another purpose, already used, or too old.
        """
        spent = rows.spend_challenge(work.session, hash_of(nonce), purpose=purpose, now=now)
        if spent is None:
            raise ChallengeExpiredError
        prompts, issued_at = spent
        return SpentChallenge([Prompt(prompt) for prompt in prompts], issued_at)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired challenges."""
        rows.delete_expired_challenges(work.session, self._clock())

    def _drawn(self, purpose: Purpose, address: str, now: datetime) -> Sequence[Prompt]:
        turn = now.timestamp() // DRAW_HOLDS.total_seconds()
        draw = hmac.digest(self._key, f"draw\0{purpose}\0{address}\0{turn}".encode(), "sha256")
        return SEQUENCES[int.from_bytes(draw) % len(SEQUENCES)]
