"""Challenges: what a person before the camera is asked to do, in an order that nobody knows before.

A challenge is named by a nonce, of which the database holds the SHA-256 alone. It is good for one try, for one purpose
and for a short time, and spent by the try whatever comes of it.

Asking costs nothing. So that nobody who holds a recording asks until it is what is wanted, what is asked for is drawn
once in a while for all who ask from one address, and neither asking again nor trying changes it.
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
"""From the moment a challenge is handed out until its frames have to have come. A person who finds their way before the
camera takes ten to twenty seconds; a film of somebody else that does the same should take longer to make."""

DRAW_HOLDS = LIFETIME
"""How long one address is asked for the same. So nobody knows for longer than two lifetimes what to do, and nobody sees
more than 40 draws an hour from one address."""

LENGTH = 3
"""Prompts of a challenge, all different."""

SEQUENCES = [prompts for prompts in permutations(Prompt, LENGTH) if not SIDEWAYS.isdisjoint(prompts)]
"""All 54 of them. Each has a turn to a side, which shows depth best."""

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

    def __init__(self, key: bytes, clock: Clock = utc_now) -> None:
        """``key`` is what the draws follow from, the same on all machines of a service."""
        self._key = key
        self._clock = clock

    def now(self) -> datetime:
        """The time by the clock that challenges are measured with."""
        return self._clock()

    def issue(self, work: UnitOfWork, purpose: Purpose, address: str) -> NewChallenge:
        """A new challenge, which begins now, for somebody at an address as limits count it."""
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
        """Uses a challenge up; the caller commits before anything is looked at.

        Raises ChallengeExpiredError where it never was one for this purpose, was used before, or is too old by then.
        """
        spent = rows.spend_challenge(work.session, hash_of(nonce), purpose=purpose, now=now)
        if spent is None:
            raise ChallengeExpiredError
        prompts, issued_at = spent
        return SpentChallenge([Prompt(prompt) for prompt in prompts], issued_at)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes the challenges that nobody can use any more."""
        rows.delete_expired_challenges(work.session, self._clock())

    def _drawn(self, purpose: Purpose, address: str, now: datetime) -> Sequence[Prompt]:
        turn = now.timestamp() // DRAW_HOLDS.total_seconds()
        draw = hmac.digest(self._key, f"draw\0{purpose}\0{address}\0{turn}".encode(), "sha256")
        return SEQUENCES[int.from_bytes(draw) % len(SEQUENCES)]
