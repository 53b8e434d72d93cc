"""One guess: charged before it is looked at, and given back as far as it turns out to be none.

Charged afterwards, many guesses could be made at the same time before the first of them counts.
"""

import logging
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

GUESS = 1.0
SUCCESS = 0.02
"""What a login counts of a guess: enough that whoever can log in cannot do so all the time."""

UNUSABLE = 0.1
"""What images count of a guess that are no pictures or show no usable face: nothing is learnt, some work is done."""

PIXELS_OF_A_GUESS = 4_000_000
"""From how many pixels on, of all its images, they count as much as a guess: decoding them and looking for faces takes
as long as a login."""

COSTS = {
    BusyError: 0.0,
    DatabaseUnavailableError: 0.0,
    StorageError: 0.0,
}
"""What a call counts of a guess that ended in an error that was ours."""

OWN = {Scope.DEVICE, Scope.ADDRESS}
"""The limits that clients are told of."""

LEAST_WAIT = 1.0
"""Seconds that a client is told to wait at least."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LimitKey:
    """One whose calls of a kind are counted.

    Attributes:
        digest: an address, an account or a device, as ``Devices`` tells it.
        limit: how many it may make.
    """

    kind: Kind
    scope: Scope
    digest: bytes
    limit: Limit

    def counter(self, calls: int) -> Counter:
        """What so many calls cost it."""
        return Counter(f"{self.kind} {self.scope}", self.digest, self.limit.seconds, calls * self.limit.interval)


class Attempt:
    """Charges a guess where its block is entered, and settles what it counts where that ends.

    It counts in full unless :meth:`succeeded` is called, or it ends in an error that teaches nothing
    (:func:`_cost_of`). Enter it once the call holds a slot: calls that are refused as too many for the machine do not
    count.

    Attributes:
        standing: how the client stands with its own limit; None before, and where it has none.
    """

    def __init__(self, database: Database, limit_keys: Sequence[LimitKey], refusals: Refusals, calls: int = 1) -> None:
        """Charges nothing yet.

        Args:
            database: where the counters are.
            limit_keys: whose limits it must keep to, in the order of ``Scope``, which all attempts share.
            refusals: what this process knows already.
            calls: how many are charged.

        Raises:
            TooManyRequestsError: one of the keys is known to have too many.
        """
        self._database = database
        self._limit_keys = limit_keys
        self._refusals = refusals
        self._counters = [limit_key.counter(calls) for limit_key in limit_keys]
        self._own = next((limit_key for limit_key in limit_keys[:1] if limit_key.scope in OWN), None)
        self._cost = GUESS
        self.standing: RateLimitState | None = None
        for limit_key in limit_keys:
            seconds = refusals.seconds_left(limit_key)
            if seconds is not None:
                raise self._too_many(seconds)

    def succeeded(self, cost: float = SUCCESS) -> None:
        """Says that it was no guess but somebody who may come in, which counts as this share of one."""
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
            self._give_back()

    def _charge(self) -> None:
        with self._database.autocommit_statement() as connection:
            charge = rate_limits.charge(connection, self._counters)
            if charge.refused:  # a guess that is not looked at was none to the limits that let it pass
                rate_limits.give_back(connection, self._counters[: charge.refused], GUESS)
        if charge.refused is not None:
            counter = self._counters[charge.refused]
            seconds = charge.used + counter.cost - counter.period
            self._refusals.remember(self._limit_keys[charge.refused], seconds)
            raise self._too_many(seconds)
        if self._own is not None:
            self.standing = RateLimitState.of(self._own.kind, self._own.limit, charge.used)

    def _give_back(self) -> None:
        """What was charged too much; the answer stands where that cannot be."""
        try:
            with self._database.autocommit_statement() as connection:
                rate_limits.give_back(connection, self._counters, GUESS - self._cost)
        except DatabaseUnavailableError as error:
            logger.warning("what an attempt was charged too much is not given back: %s", error)

    def _too_many(self, seconds: float) -> TooManyRequestsError:
        """The same whichever limit refuses, but for the time: it must not tell who else has tried."""
        wait = max(LEAST_WAIT, seconds)
        standing = RateLimitState(self._own.kind, self._own.limit, 0, math.ceil(wait)) if self._own else None
        return TooManyRequestsError(wait, standing)


def _cost_of(error: BaseException) -> float:
    """What a call counts of a guess that ended in this error."""
    if isinstance(error, CaptureRefusedError | ImageRejectedError):
        return min(GUESS, max(UNUSABLE, error.pixels / PIXELS_OF_A_GUESS))
    return next((cost for known, cost in COSTS.items() if isinstance(error, known)), GUESS)
