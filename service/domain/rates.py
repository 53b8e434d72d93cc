"""Kinds of calls, scopes and rate limits: the vocabulary of the settings ``VISAGE_LIMIT_...``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
"""The length of each period, in seconds."""

_LIMIT = re.compile(r"(?P<count>[1-9]\d{0,8})/(?P<period>" + "|".join(PERIODS) + ")")


class Kind(StrEnum):
    """A group of calls that share a limit."""

    LOGIN = "login"
    RECOGNIZE = "recognize"
    VERIFY = "verify"
    STORE = "store"
    OWN = "own"
    INSPECT = "inspect"
    CHALLENGE = "challenge"
    PASSKEY = "passkey"
    READ = "read"
    REFRESH = "refresh"
    RESET = "reset"
    DISPUTE = "dispute"
    APPLICATION = "application"
    AUTHORIZE = "authorize"
    CLIENT = "client"
    COMPARE = "compare"
    CONSOLE = "console"


class Scope(StrEnum):
    """Whose calls are counted together. Limits are checked in this order.

    Attributes:
        DEVICE: a browser from which this account has logged in before. Only this limit and the next apply to it.
        DEVICES: all such browsers of an account together, so that more browsers do not allow more guesses.
        ADDRESS: the address of the client; an IPv6 /64 network counts as one address.
        ACCOUNT: the username of a login, whether the account exists or not; in other calls, the account of the token.
        ALL: all clients together.
    """

    DEVICE = "device"
    DEVICES = "devices"
    ADDRESS = "address"
    ACCOUNT = "account"
    ALL = "all"


@dataclass(frozen=True)
class Limit:
    """How many calls are allowed at once, and in how many seconds as many become available again, evenly."""

    count: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Parses text such as ``10/minute``. Raises ValueError."""
        found = _LIMIT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"a limit is a number and one of {', '.join(PERIODS)}, such as 10/minute")
        return cls(int(found["count"]), PERIODS[found["period"]])

    @property
    def interval(self) -> float:
        """Seconds in which one call becomes available again."""
        return self.seconds / self.count


Policy = Mapping[Scope, Limit]
"""The limits of one kind of call. A scope without a limit is not counted."""


def parse_policy(value: str | Policy) -> Policy:
    """Parses text such as ``address=100/hour, account=10/hour``; returns a policy unchanged. Raises ValueError."""
    if not isinstance(value, str):
        return value
    limits = {}
    for part in filter(None, map(str.strip, value.split(","))):
        scope, _, limit = part.partition("=")
        if scope.strip() not in set(Scope):
            raise ValueError(f"limits are for {', '.join(Scope)}, such as address=100/hour")
        limits[Scope(scope.strip())] = Limit.parse(limit)
    return limits
