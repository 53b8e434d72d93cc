"""A client of the service with a persistent connection and timings."""

import json
import re
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


class StatusError(RuntimeError):
    """The service answered with a status of 400 or above."""

    def __init__(self, path: str, status: int, content: bytes) -> None:
        super().__init__(f"{path} answered {status}: {content[:300]!r}")
        self.status = status


class Client:
    """One connection to the service, kept alive."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=60)

    def post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, float]]:
        """Sends JSON and reads JSON.

        Returns:
            The reply, and milliseconds by stage from the ``Server-Timing`` header, with the client's own ``total`` from
            the first byte sent to the last byte read.

        Raises:
            StatusError: the request failed.
        """
        encoded = json.dumps(body).encode()
        start = time.perf_counter()
        self._connection.request("POST", path, body=encoded, headers={"Content-Type": "application/json"})
        response = self._connection.getresponse()
        content = response.read()
        total = (time.perf_counter() - start) * 1000
        if response.status >= 400:  # noqa: PLR2004
            raise StatusError(path, response.status, content)
        return json.loads(content), parse_server_timing(response.getheader("Server-Timing", "")) | {"total": total}

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def parse_server_timing(header: str) -> dict[str, float]:
    """Parses milliseconds by name from ``decode;dur=1.2, db;dur=3.4`` (W3C Server Timing)."""
    return {name: float(duration) for name, duration in re.findall(r"([\w-]+)\s*;\s*dur=([\d.]+)", header)}
