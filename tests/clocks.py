"""The wall clock set forwards or back under a service. Only what tells the time of day goes by it, and no waiting."""

from datetime import datetime, timedelta, tzinfo

import jwt.api_jwt
import pytest

from service import invitations, password_links, sessions, tokens
from service.http import auth
from service.keys import signing_keys

TELLERS = (auth, invitations, jwt.api_jwt, password_links, sessions, signing_keys, tokens)
"""The modules that ask what time it is on the way of a token or a link."""


def set_clock(patch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Sets the clock ahead of the true time, or behind it."""

    class Kind(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, datetime)

    class Clock(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + by

    for module in TELLERS:
        patch.setattr(module, "datetime", Clock)
