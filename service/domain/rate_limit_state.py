"""How a client stands with a limit, for it to read."""

import math
from dataclasses import dataclass

from service.domain.rates import Kind, Limit

ROUNDING = 1e-6
"""The database keeps time in microseconds: a share of a call that is as good as none."""


@dataclass(frozen=True)
class RateLimitState:
    """What is left of the limit of a client's own address or device.

    Those of accounts and of everybody together are nothing to tell anybody.

    Attributes:
        kind: what is limited.
        limit: how.
        remaining: calls that are left.
        reset: seconds until all are, or until the next one is where the call was refused.
    """

    kind: Kind
    limit: Limit
    remaining: int
    reset: int

    @classmethod
    def of(cls, kind: Kind, limit: Limit, used: float) -> "RateLimitState":
        """Where so many seconds of the limit's period are used up."""
        remaining = math.floor((limit.seconds - used) / limit.interval + ROUNDING)
        return cls(kind, limit, max(0, remaining), max(0, math.ceil(used)))
