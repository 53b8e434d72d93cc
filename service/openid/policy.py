"""Decides whether a login meets the demands of a request, and if not, what the user is asked to do."""

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

    def is_met(self, login: SignedOn, now: datetime, *, has_answered: bool) -> bool:
        """Whether a login meets the demand.

        Args:
            login: that the browser continues.
            now: the present time.
            has_answered: whether the user was asked to log in for this very request, and then did.
        """
        if not self._has_required(login.level):
            return False
        asked = self.asked
        is_recent = asked.max_age is None or now - login.at <= asked.max_age
        if not has_answered and (not is_recent or asked.prompts & {"login", "select_account"}):
            return False
        return self._is_level_asked_for(login.level) or (has_answered and not asked.insists)

    def can_be_met(self, available: Collection[Level]) -> bool:
        """Whether some level that this service offers is sufficient."""
        return any(map(self._suffices, available))

    def target(self) -> Level | None:
        """The level that the login page should aim for: what is asked for, if it is enough; None is any."""
        enough = filter(self._has_required, (*self.asked.levels, *self.required))
        return next(enough, next(iter(self.required), None))

    def ways(self) -> list[Way]:
        """Returns how the user may log in, those that reach what is asked for first."""
        allowed = [way for way, most in MOST.items() if self._suffices(most)]
        return sorted(allowed, key=lambda way: not self._is_level_asked_for(MOST[way]))

    def _suffices(self, level: Level) -> bool:
        """Whether a new login of this level is sufficient."""
        return self._has_required(level) and (self._is_level_asked_for(level) or not self.asked.insists)

    def _has_required(self, level: Level) -> bool:
        return all(level.satisfies(one) for one in self.required)

    def _is_level_asked_for(self, level: Level) -> bool:
        return not self.asked.levels or any(level.satisfies(one) for one in self.asked.levels)
