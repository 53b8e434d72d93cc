"""Clocks that tests move, and the wall clock of a service, moved forwards or backwards; nothing waits for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Generic, TypeVar

import jwt.api_jwt
import pytest

from service.accounts import invitations, password_links, sessions, tokens
from service.console import key_desk, operator_sessions
from service.http import auth
from service.keys import signing_keys
from service.passkeys import ceremonies, passkey_login

TELLERS = (
    auth,
    ceremonies,
    invitations,
    jwt.api_jwt,
    key_desk,
    operator_sessions,
    passkey_login,
    password_links,
    sessions,
    signing_keys,
    tokens,
)
"""The modules that read the time for tokens and links."""


Time = TypeVar("Time", float, datetime)


@dataclass
class Clock(Generic[Time]):
    """A clock that stands still until a test moves it; in seconds, or as a time of day."""

    now: Time

    def __call__(self) -> Time:
        return self.now


def set_clock(patch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Sets the clock ahead of the true time, or behind it."""

    class Kind(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, datetime)

    class SetClock(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + by

    for module in TELLERS:
        patch.setattr(module, "datetime", SetClock)
