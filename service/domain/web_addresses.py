"""Addresses of the web as settings have them, brought into the form in which browsers send them."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
"""Which browsers leave out."""

PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
"""Segments of the characters that are the same however an address is written (RFC 3986, 2.3)."""

DOTS = {".", ".."}
"""Segments that stand for others (RFC 3986, 5.2.4)."""

OWN_SEGMENTS = frozenset(
    {
        ".well-known",
        "account",
        "application",
        "docs",
        "health",
        "login",
        "metrics",
        "openapi.json",
        "reset",
        "signup",
        "user",
        "web",
    }
)
"""Where the service's own addresses begin. A path that begins so too could not be told from them, as some proxies take
the path away and others leave it."""


def _without_default_port(origin: str) -> str:
    return origin.removesuffix(DEFAULT_PORTS[origin.partition(":")[0]])


def _public_url(url: str) -> str:
    """The origin without a default port, and the path without a slash at its end."""
    scheme, host_and_path = url.split("://", 1)
    host, slash, path = host_and_path.partition("/")
    path = (slash + path).rstrip("/")
    segments = path.split("/")[1:]
    if not PATH.fullmatch(path) or not DOTS.isdisjoint(segments):
        raise ValueError("the path may have letters, digits, and - . _ ~ between its slashes")
    if segments and segments[0] in OWN_SEGMENTS:
        raise ValueError(f"the path may not begin with /{segments[0]}, as addresses of the service do")
    return _without_default_port(f"{scheme}://{host}") + path


Origin = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^https?://[\w.:\[\]-]+$"),
    AfterValidator(_without_default_port),
]
"""A scheme, a host and perhaps a port, as browsers send them."""

PublicURL = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$"), AfterValidator(_public_url)]
"""The same, perhaps with a path, without a slash at the end."""


def origin_of(url: str) -> str:
    """The origin of an address, in small letters as browsers send it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def path_of(url: str) -> str:
    """The path of an address; empty, or with a slash before it and none behind it."""
    return urlsplit(url).path.rstrip("/")
