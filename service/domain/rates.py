"""What is limited, for whom, and how: the words of the settings ``VISAGE_LIMIT_...``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
"""Seconds of what a limit may be for."""

_LIMIT = re.compile(r"(?P<count>[1-9]\d{0,8})/(?P<period>" + "|".join(PERIODS) + ")")


class Kind(StrEnum):
    """Calls that are counted together."""

    LOGIN = "login"
    RECOGNIZE = "recognize"
    VERIFY = "verify"
    STORE = "store"
    OWN = "own"
    INSPECT = "inspect"
    CHALLENGE = "challenge"
    READ = "read"
    REFRESH = "refresh"
    RESET = "reset"
    DISPUTE = "dispute"
    APPLICATION = "application"


class Scope(StrEnum):
    """For whom calls are counted, in the order in which their limits are asked.

    Attributes:
        DEVICE: a browser from which this account has logged in before; it answers to no limit but this and the next.
        DEVICES: all such browsers of an account together, so that many of them are not many times the guesses.
        ADDRESS: where a call comes from; an IPv6 network of 64 bits is one address.
        ACCOUNT: the username of a login, whether anybody has it or not, or who holds the token of a call.
        ALL: everybody together.
    """

    DEVICE = "device"
    DEVICES = "devices"
    ADDRESS = "address"
    ACCOUNT = "account"
    ALL = "all"


@dataclass(frozen=True)
class Limit:
    """How many calls at once, and in how many seconds as many become free again, evenly."""

    count: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Of text such as ``10/minute``; raises ValueError."""
        found = _LIMIT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"a limit is a number and one of {', '.join(PERIODS)}, such as 10/minute")
        return cls(int(found["count"]), PERIODS[found["period"]])

    @property
    def interval(self) -> float:
        """Seconds in which one call becomes free again."""
        return self.seconds / self.count


Policy = Mapping[Scope, Limit]
"""The limits of one kind of call; without a limit for a scope nothing is counted for it."""


def parse_policy(value: str | Policy) -> Policy:
    """Of text such as ``address=100/hour, account=10/hour``, or as it is; raises ValueError."""
    if not isinstance(value, str):
        return value
    limits = {}
    for part in filter(None, map(str.strip, value.split(","))):
        scope, _, limit = part.partition("=")
        if scope.strip() not in set(Scope):
            raise ValueError(f"limits are for {', '.join(Scope)}, such as address=100/hour")
        limits[Scope(scope.strip())] = Limit.parse(limit)
    return limits
