"""The state of a rate limit, as the service tells it to the client."""

import math
from dataclasses import dataclass

from service.domain.rates import Kind, Limit

ROUNDING = 1e-6
"""A share of a call that counts as none, because the database stores time in microseconds."""


@dataclass(frozen=True)
class RateLimitState:
    """What is left of the limit of a client's own address or device.

    Account and global limits are never disclosed to clients.

    Attributes:
        kind: the kind of call.
        limit: the limit.
        remaining: the number of calls left.
        reset: seconds until all calls are available again; if the call was refused, until the next one is.
    """

    kind: Kind
    limit: Limit
    remaining: int
    reset: int

    @classmethod
    def of(cls, kind: Kind, limit: Limit, used: float) -> "RateLimitState":
        """Returns the state after ``used`` seconds of the limit's period are used up."""
        remaining = math.floor((limit.seconds - used) / limit.interval + ROUNDING)
        return cls(kind, limit, max(0, remaining), max(0, math.ceil(used)))
