"""A local npm registry with one package, for tests."""

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PACKAGE, VERSION = "some-package", "1.0.0"
INSTALL_SCRIPTS = ("preinstall", "install", "postinstall", "prepare", "prepack", "postpack")


@dataclass(frozen=True)
class Registry:
    """The URL of a registry, and the paths that were requested."""

    url: str
    asked: list[str]


def package(files: dict[str, bytes]) -> bytes:
    """Returns an npm package with these files, whose scripts would leave traces: a gzipped tar archive."""
    scripts = dict.fromkeys(INSTALL_SCRIPTS, "touch script-was-run")
    described = {"name": PACKAGE, "version": VERSION, "scripts": scripts}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {"package/package.json": json.dumps(described).encode(), **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@contextmanager
def registry(tarball: bytes, sent: int | None = None) -> Iterator[Registry]:
    """Yields a registry with the package ``some-package`` 1.0.0.

    Args:
        tarball: the package.
        sent: the registry stalls after this many bytes of it, with the connection open; None: it sends everything.
    """
    asked: list[str] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == f"/{PACKAGE}":
                self._answer("application/json", json.dumps(_listing(url)).encode())
            elif self.path.endswith(".tgz"):
                self._answer("application/octet-stream", tarball, sent)
            else:
                self.send_error(404)

        def _answer(self, media_type: str, content: bytes, sent: int | None = None) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:sent])
            if sent is not None:
                self.wfile.flush()
                over.wait()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Registry(url, asked)
        finally:
            over.set()
            server.shutdown()
            thread.join()


def _listing(url: str) -> dict[str, object]:
    """Returns a registry's description of the package."""
    version = {"name": PACKAGE, "version": VERSION, "dist": {"tarball": f"{url}/{PACKAGE}/-/{PACKAGE}-{VERSION}.tgz"}}
    return {"name": PACKAGE, "dist-tags": {"latest": VERSION}, "versions": {VERSION: version}}
