"""The requests to Visage: bounded in time and size, over https, without redirects."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from visage_client.errors import UnavailableError

TIMEOUT_SECONDS = 10.0
MAX_BYTES = 1 << 20
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
"""Hosts that may be called over http, because the request does not leave the machine."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})(?:$|[,\s])")


@dataclass(frozen=True)
class Reply:
    """A response: the status, the seconds for which it may be cached, and the members of its JSON body."""

    status: int
    max_age: float
    body: Mapping[str, Any]


Send = Callable[[Request], Reply]
"""Sends a request and returns its reply, whatever the status. Raises UnavailableError."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def send(request: Request) -> Reply:
    """Sends a request; see :data:`Send`."""
    try:
        try:
            response = build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS)
        except HTTPError as error:
            response = error
        with response:
            text = response.read(MAX_BYTES + 1)
            found = _MAX_AGE.search(response.headers.get("Cache-Control", "").lower())
            return Reply(response.status, float(found[1]) if found else 0.0, _members(text))
    except (URLError, HTTPException, OSError) as error:
        raise UnavailableError(f"{request.host} cannot be reached: {type(error).__name__}") from error


def get(address: str, send: Send) -> Reply:
    """Fetches JSON. Raises UnavailableError for every status but 200."""
    reply = send(Request(address, headers={"Accept": "application/json"}))  # noqa: S310 (checked)
    if reply.status != HTTPStatus.OK:
        raise UnavailableError(f"{address} answered with status {reply.status}")
    return reply


def checked_address(address: str) -> str:
    """Returns an address without a slash at its end. Raises ValueError unless it is https, or http on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address.rstrip("/")
    raise ValueError(f"{address!r} is not an https address (http is for localhost alone)")


def _members(text: bytes) -> Mapping[str, Any]:
    """The members of a JSON object; none if the text is something else or too long."""
    try:
        body = json.loads(text) if len(text) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else {}
