"""The path below which people see the service, where a proxy serves other things beside it at the same address.

It is that of ``VISAGE_PUBLIC_URL`` and never read from a request, because an attacker who sent another path would have
it put into links. Proxies remove the path or leave it; both work.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.utils import redirect

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BasePath:
    """WSGI middleware that tells the application where it is mounted."""

    def __init__(self, application: "WSGIApplication", base_path: str) -> None:
        """``base_path`` is empty, or has a slash before it and none behind it."""
        self._application = application
        self._base_path = base_path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        base, path = self._base_path, environ.get("PATH_INFO", "")
        if base and path == base:  # from here the pages' links would lead beside it
            return redirect(f"{base}/", code=308)(environ, start_response)
        environ["SCRIPT_NAME"] = base
        if base and path.startswith(f"{base}/"):
            environ["PATH_INFO"] = path[len(base) :]
        return self._application(environ, start_response)
