"""Web addresses in settings, normalised to the form in which browsers send them."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
"""The ports that browsers omit."""

PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
"""Matches segments of characters that are never percent-encoded (RFC 3986, 2.3)."""

DOTS = {".", ".."}
"""Segments that refer to other segments (RFC 3986, 5.2.4)."""

OWN_SEGMENTS = frozenset(
    {
        ".well-known",
        "account",
        "application",
        "authorize",
        "console",
        "docs",
        "health",
        "login",
        "logout",
        "metrics",
        "openapi.json",
        "openid",
        "reset",
        "signup",
        "user",
        "v1",
        "web",
    }
)
"""First segments of the service's own addresses.

A base path must not begin with one: some proxies remove the base path and others keep it, so the service could not
distinguish the two.
"""


def _without_default_port(origin: str) -> str:
    return origin.removesuffix(DEFAULT_PORTS[origin.partition(":")[0]])


def _public_url(url: str) -> str:
    """Returns the origin without a default port, and the path without a trailing slash."""
    scheme, host_and_path = url.split("://", 1)
    host, slash, path = host_and_path.partition("/")
    path = (slash + path).rstrip("/")
    segments = path.split("/")[1:]
    if not PATH.fullmatch(path) or not DOTS.isdisjoint(segments):
        raise ValueError("the path may have only letters, digits and - . _ ~ between its slashes")
    if segments and segments[0] in OWN_SEGMENTS:
        raise ValueError(f"the path may not begin with /{segments[0]}, because addresses of the service begin so")
    return _without_default_port(f"{scheme}://{host}") + path


Origin = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^https?://[\w.:\[\]-]+$"),
    AfterValidator(_without_default_port),
]
"""A scheme, a host and optionally a port, as browsers send them."""

PublicURL = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$"), AfterValidator(_public_url)]
"""An origin, optionally with a path, without a trailing slash."""


def origin_of(url: str) -> str:
    """Returns the origin of an address, in lower case as browsers send it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def path_of(url: str) -> str:
    """Returns the path of an address: empty, or with a leading and without a trailing slash."""
    return urlsplit(url).path.rstrip("/")
