"""Limits of calls, as views declare them and clients read them. A test fails on a view that does something without one.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10: ``RateLimit-Policy`` is the limit of the client's own
address or device, ``RateLimit`` how it stands with it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request

from service.accounts.tokens import Authentication
from service.domain.addresses import counted_address
from service.domain.rate_limit_state import RateLimitState
from service.domain.rates import Kind
from service.http import cookies
from service.http.context import services
from service.limiting.attempt import Attempt
from service.limiting.limits import Client

View = Callable[..., Any]

ATTRIBUTE = "visage_limit"
"""The name under which a view carries its kinds of calls."""


def of(kind: Kind) -> Callable[[View], View]:
    """Each call of the view counts, whatever comes of it; with a token also for the account that it speaks of."""

    def declare(view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            caller: Authentication | None = g.get("authentication")
            g.standing = services().limits.each(kind, client(), str(caller.user_id) if caller else None)
            return view(*args, **kwargs)

        return attempts(kind)(limited)

    return declare


def attempts(*kinds: Kind) -> Callable[[View], View]:
    """The view makes an :func:`attempt` of one of these kinds, which counts by what comes of it."""

    def declare(view: View) -> View:
        setattr(view, ATTRIBUTE, kinds)
        return view

    return declare


def attempt(kind: Kind, account: str | None = None) -> Attempt:
    """An attempt of who calls now, as ``Limits.attempt`` has it; enter it once they hold a slot."""
    made = services().limits.attempt(kind, client(), account)
    g.attempt = made
    return made


def client() -> Client:
    """Who calls."""
    return Client(counted_address(request.remote_addr or ""), services().devices.find(cookies.device()))


def register_limits(app: Flask) -> None:
    """Puts the headers on the responses of limited views."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    standing: RateLimitState | None = g.get("standing") or getattr(g.get("attempt"), "standing", None)
    if standing is not None:
        limit = standing.limit
        response.headers["RateLimit-Policy"] = f'"{standing.kind}";q={limit.count};w={limit.seconds}'
        response.headers["RateLimit"] = f'"{standing.kind}";r={standing.remaining};t={standing.reset}'
    return response
