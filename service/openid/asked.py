"""What an authorization request asks for, beyond what OAuth defines (OpenID Connect Core 1.0, section 3.1.2.1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.domain.levels import Level

PROMPTS = frozenset({"none", "login", "consent", "select_account"})
"""The values of the parameter ``prompt``."""

MAX_AGE = timedelta(days=3650)
"""The longest ``max_age`` that is told apart from a longer one: no login is that old."""

MAX_CLAIMS = 4_000
"""Maximal length of the parameter ``claims``, in characters."""

MAX_HINT = 200
"""Maximal length of ``login_hint``, in characters; a longer one names nobody."""


class AskedError(Exception):
    """A parameter cannot be understood; the message is for the developer of the client, in ASCII."""


class UnknownLevelError(Exception):
    """The request insists on levels that the service does not have."""


@dataclass(frozen=True)
class Asked:
    """What a request asks for.

    Attributes:
        prompts: of ``PROMPTS``.
        max_age: how long ago the user may have logged in; None is any time.
        levels: any of these, the preferred one first; empty is any.
        insists: whether any other level is refused.
        login_hint: the username that the client expects, or None.
        subject: the id of the only user who is accepted; None is any user.
    """

    prompts: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    levels: Sequence[Level] = ()
    insists: bool = False
    login_hint: str | None = None
    subject: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the user must not see anything."""
        return "none" in self.prompts

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "Asked":
        """Parses the parameters. Raises AskedError or UnknownLevelError."""
        prompts = frozenset(parameters.get("prompt", "").split())
        if not prompts <= PROMPTS:
            raise AskedError("prompt may be none, login, consent or select_account")
        if "none" in prompts and len(prompts) > 1:
            raise AskedError("prompt=none excludes every other prompt")
        claims = _claims(parameters.get("claims"))
        wanted = claims.get("acr")
        named: list[Any] = parameters.get("acr_values", "").split()
        insists = False
        if isinstance(wanted, dict):
            values = wanted.get("values", [wanted["value"]] if "value" in wanted else [])
            named = values if isinstance(values, list) and values else named
            insists = wanted.get("essential") is True
        levels = [Level(name) for name in named if isinstance(name, str) and name in set(Level)]
        if insists and named and not levels:
            raise UnknownLevelError
        hint = parameters.get("login_hint", "")
        return cls(
            prompts=prompts,
            max_age=_max_age(parameters.get("max_age")),
            levels=levels,
            insists=insists and bool(levels),
            login_hint=hint if 0 < len(hint) <= MAX_HINT else None,
            subject=_subject(claims.get("sub")),
        )


def _max_age(text: str | None) -> timedelta | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10):  # noqa: PLR2004 (digits)
        raise AskedError("max_age is a number of seconds")
    return min(timedelta(seconds=int(text)), MAX_AGE)


def _subject(wanted: object) -> str | None:
    """Returns the id of the user whom the claim ``sub`` must name (OpenID Connect Core 1.0, section 5.5.1)."""
    value = wanted.get("value") if isinstance(wanted, dict) else None
    return None if value is None else str(value)


def _claims(text: str | None) -> Mapping[str, Any]:
    """Returns what the parameter ``claims`` asks of the ID token. Claims that the service does not know are ignored."""
    if not text:
        return {}
    if len(text) > MAX_CLAIMS:
        raise AskedError("claims is too long")
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise AskedError("claims is not JSON") from None
    wanted = parsed.get("id_token", {}) if isinstance(parsed, dict) else None
    if not isinstance(wanted, dict):
        raise AskedError("claims is an object with the members id_token and userinfo")
    return wanted
