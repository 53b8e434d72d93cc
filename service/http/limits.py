"""Declares the rate limits of views, and tells clients about them. A test fails on a view that needs one and has none.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10: ``RateLimit-Policy`` is the limit of the client's
address or device, and ``RateLimit`` its current state.
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
from service.http.auth import View
from service.http.context import services
from service.limiting.attempt import Attempt
from service.limiting.limits import Client

ATTRIBUTE = "visage_limit"
"""The attribute of a view that holds its kinds of calls."""


def of(kind: Kind) -> Callable[[View], View]:
    """Counts each call of the view, whatever its result; with a token also for the token's account."""

    def declare(view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            caller: Authentication | None = g.get("authentication")
            g.limit_state = services().limits.count_call(kind, client(), str(caller.user_id) if caller else None)
            return view(*args, **kwargs)

        return declares_attempts(kind)(limited)

    return declare


def declares_attempts(*kinds: Kind) -> Callable[[View], View]:
    """Declares that the view makes an :func:`attempt` of one of these kinds, which counts by its result."""

    def declare(view: View) -> View:
        setattr(view, ATTRIBUTE, kinds)
        return view

    return declare


def attempt(kind: Kind, account: str | None = None) -> Attempt:
    """An attempt of this client, as ``Limits.attempt`` makes it. Enter it once the request holds a slot."""
    made = services().limits.attempt(kind, client(), account)
    g.attempt = made
    return made


def client() -> Client:
    """The client of this request."""
    return Client(counted_address(request.remote_addr or ""), services().devices.find(cookies.device()))


def register_limits(app: Flask) -> None:
    """Adds the headers to the responses of limited views."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    state: RateLimitState | None = g.get("limit_state") or getattr(g.get("attempt"), "state", None)
    if state is not None:
        limit = state.limit
        response.headers["RateLimit-Policy"] = f'"{state.kind}";q={limit.count};w={limit.seconds}'
        response.headers["RateLimit"] = f'"{state.kind}";r={state.remaining};t={state.reset}'
    return response
