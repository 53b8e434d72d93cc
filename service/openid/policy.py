"""Decides whether a login is good enough for a request, and if not, what the user is asked to do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain.levels import Level
from service.openid.asked import Asked
from service.openid.single_sign_on import SignedOn

Way = Literal["face", "passkey", "password"]

MOST: dict[Way, Level] = {
    "face": Level.CHALLENGED_FACE_AND_PASSKEY,
    "passkey": Level.PASSKEY,
    "password": Level.PASSWORD,
}
"""The highest level that a login can reach which begins in each way; a passkey may follow a face."""


@dataclass(frozen=True)
class Demand:
    """What a login must be for one request.

    Attributes:
        asked: by the request.
        required: by the service and by the client: all of these levels.
    """

    asked: Asked
    required: Sequence[Level]

    def reached(self, level: Level) -> Level:
        """The level that the ID token names: the first one asked for that the login has reached, else its own."""
        return next((one for one in self.asked.levels if level.satisfies(one)), level)

    def is_met(self, login: SignedOn | None, now: datetime, asked_at: datetime | None) -> bool:
        """Whether a login will do.

        Args:
            login: that the browser continues, if any.
            now: the present time.
            asked_at: when the user was asked to log in for this very request; None if they were not.
        """
        if login is None or not all(login.level.satisfies(one) for one in self.required):
            return False
        has_answered = asked_at is not None and login.at >= asked_at
        asked = self.asked
        is_recent = asked.max_age is None or now - login.at <= asked.max_age
        if not has_answered and (not is_recent or asked.prompts & {"login", "select_account"}):
            return False
        return self._is_level_asked_for(login.level) or (has_answered and not asked.insists)

    def can_be_met(self, available: Collection[Level]) -> bool:
        """Whether some level that this service offers will do."""
        return any(map(self._suffices, available))

    def targets(self) -> list[Level]:
        """The levels that the login page should aim for, the preferred one first; empty is any."""
        required = list(self.required)
        asked = [one for one in self.asked.levels if all(one.satisfies(other) for other in required)]
        if asked:
            return asked
        return [one for one in required if all(one.satisfies(other) for other in required)][:1] or required[:1]

    def ways(self) -> list[Way]:
        """Returns how the user may log in, those that reach what is asked for first."""
        allowed = [way for way, most in MOST.items() if self._suffices(most)]
        return sorted(allowed, key=lambda way: not self._is_level_asked_for(MOST[way]))

    def _suffices(self, level: Level) -> bool:
        """Whether a new login of this level will do."""
        is_required = all(level.satisfies(one) for one in self.required)
        return is_required and (self._is_level_asked_for(level) or not self.asked.insists)

    def _is_level_asked_for(self, level: Level) -> bool:
        return not self.asked.levels or any(level.satisfies(one) for one in self.asked.levels)
