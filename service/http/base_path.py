"""Mounts the service below a path, where a proxy serves other things at the same address.

The path is that of ``VISAGE_PUBLIC_URL``. It is never read from a request: an attacker could then send a path that ends
up in links. The proxy may remove the path or keep it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.utils import redirect

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BasePath:
    """WSGI middleware that tells the application its path."""

    def __init__(self, application: "WSGIApplication", base_path: str) -> None:
        """``base_path`` is empty, or begins with a slash and does not end with one."""
        self._application = application
        self._base_path = base_path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        base, path = self._base_path, environ.get("PATH_INFO", "")
        if base and path == base:  # relative links of the page would lead out of the path
            return redirect(f"{base}/", code=308)(environ, start_response)
        environ["SCRIPT_NAME"] = base
        if base and path.startswith(f"{base}/"):
            environ["PATH_INFO"] = path[len(base) :]
        return self._application(environ, start_response)
