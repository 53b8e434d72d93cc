"""One login attempt: the limit is charged first and refunded according to the outcome.

If it were charged afterwards, many attempts at the same time could pass before the first of them counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.queries import rate_limits
from db.queries.rate_limits import Counter
from service.domain.errors import BusyError, CaptureRefusedError, ImageRejectedError, StorageError, TooManyRequestsError
from service.domain.rate_limit_state import RateLimitState
from service.domain.rates import Kind, Limit, Scope
from service.limiting.memory import Refusals
from service.limiting.refunds import Refunds

GUESS = 1.0
"""What a wrong guess counts."""

SUCCESS = 0.02
"""What a login counts, as a share of a wrong guess: enough to bound repeated logins of one user."""

UNUSABLE = 0.1
"""What an attempt without a usable face counts, as a share of a wrong guess. It reveals nothing, but causes work."""

PIXELS_OF_A_GUESS = 4_000_000
"""Pixels of all images together that count as a full guess: to decode them and find faces takes as long as a login."""

COSTS = {
    BusyError: 0.0,
    DatabaseUnavailableError: 0.0,
    StorageError: 0.0,
}
"""What an attempt counts that ended in an error of the service, as a share of a wrong guess."""

OWN = {Scope.DEVICE, Scope.ADDRESS}
"""The limits that clients may know. Account and global limits are never disclosed to clients."""

LEAST_WAIT = 1.0
"""Minimum of ``Retry-After`` (seconds)."""


@dataclass(frozen=True)
class LimitKey:
    """What a limit is counted for: one address, account or device, and one kind of call.

    Attributes:
        digest: of the address, account or device, as ``Devices`` computes it.
        limit: of its calls.
    """

    kind: Kind
    scope: Scope
    digest: bytes
    limit: Limit

    def counter(self, calls: int) -> Counter:
        """The counter, with the cost of so many calls."""
        return Counter(f"{self.kind} {self.scope}", self.digest, self.limit.seconds, calls * self.limit.interval)


class Attempt:
    """Charges a guess when its block is entered, and refunds a part when the block ends.

    A guess counts in full unless :meth:`succeeded` is called, or the block ends in an error that reveals nothing
    (:func:`_cost_of`). Enter it once the request holds a slot: requests that the queue refuses do not count.

    Attributes:
        state: the state of the client's own limit; None before the charge, and where the client has no limit.
    """

    def __init__(
        self,
        database: Database,
        limit_keys: Sequence[LimitKey],
        refusals: Refusals,
        refunds: Refunds,
        calls: int = 1,
    ) -> None:
        """Charges nothing yet.

        Args:
            database: where the counters are.
            limit_keys: the limits to charge, in the order of ``Scope``, the same for all attempts.
            refusals: recent refusals that this process remembers.
            refunds: takes what was charged too much.
            calls: how many calls to charge.

        Raises:
            TooManyRequestsError: one of the limits is known to be used up.
        """
        self._database = database
        self._limit_keys = limit_keys
        self._refusals = refusals
        self._refunds = refunds
        self._counters = [limit_key.counter(calls) for limit_key in limit_keys]
        self._own = next((limit_key for limit_key in limit_keys[:1] if limit_key.scope in OWN), None)
        self._cost = GUESS
        self.state: RateLimitState | None = None
        for limit_key in limit_keys:
            seconds = refusals.seconds_left(limit_key)
            if seconds is not None:
                raise self._too_many(seconds)

    def succeeded(self, cost: float = SUCCESS) -> None:
        """Marks the attempt as a login, which counts as this share of a guess."""
        self._cost = cost

    def __enter__(self) -> Self:
        """Raises TooManyRequestsError or DatabaseUnavailableError."""
        if self._counters:
            self._charge()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            self._cost = _cost_of(error)
        if self._counters and self._cost < GUESS:
            self._refunds.give_back(self._counters, GUESS - self._cost)

    def _charge(self) -> None:
        with self._database.autocommit_statement() as connection:
            charge = rate_limits.charge(connection, self._counters)
        if charge.refused is not None:
            if charge.refused > 0:  # the limits before it are charged
                self._refunds.give_back(self._counters[: charge.refused], GUESS)
            counter = self._counters[charge.refused]
            seconds = charge.used + counter.cost - counter.period
            self._refusals.remember(self._limit_keys[charge.refused], seconds)
            raise self._too_many(seconds)
        if self._own is not None:
            self.state = RateLimitState.of(self._own.kind, self._own.limit, charge.used)

    def _too_many(self, seconds: float) -> TooManyRequestsError:
        """The same error whichever limit refuses, except for the time: it must not reveal the attempts of others."""
        wait = max(LEAST_WAIT, seconds)
        state = RateLimitState(self._own.kind, self._own.limit, 0, math.ceil(wait)) if self._own else None
        return TooManyRequestsError(wait, state)


def _cost_of(error: BaseException) -> float:
    """What an attempt counts that ended in this error."""
    if isinstance(error, CaptureRefusedError | ImageRejectedError):
        return min(GUESS, max(UNUSABLE, error.pixels / PIXELS_OF_A_GUESS))
    return next((cost for known, cost in COSTS.items() if isinstance(error, known)), GUESS)
