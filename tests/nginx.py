"""Debian's nginx as a proxy: installed, or unpacked by `make nginx`."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest

UNPACKED = Path(__file__).parent.parent / ".cache" / "nginx" / "usr" / "sbin" / "nginx"
READY_SECONDS = 10.0
POLL_SECONDS = 0.02

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""The kinds of temporary files for which nginx needs folders."""


def find_nginx() -> str | None:
    """Returns the path of nginx, or None."""
    return shutil.which("nginx") or (str(UNPACKED) if UNPACKED.is_file() else None)


needs_nginx = pytest.mark.skipif(find_nginx() is None, reason="there is no nginx: `make nginx` fetches it from Debian")


def temporary_paths(folder: Path) -> str:
    """Returns directives for a configuration's ``http``: the default folders exist only if nginx is installed."""
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)


class Nginx:
    """An nginx in the foreground, reachable only from this machine.

    Attributes:
        url: without a slash at the end.
    """

    def __init__(self, folder: Path, locations: str, port: int) -> None:
        """``locations``: the content of a ``server`` in the configuration; ``folder``: for its files."""
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._folder = folder
        user = "user root;" if os.geteuid() == 0 else ""  # another user could not read root's folders
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; worker_processes 1; {user} events {{}}\n"
            f"http {{ access_log off; {temporary_paths(folder)}\n"
            f"server {{ listen 127.0.0.1:{port};\n{locations}\n}} }}\n"
        )

    def __enter__(self) -> Self:
        program = find_nginx()
        assert program is not None
        options = ["-e", "stderr", "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen([program, *options])
        deadline = time.monotonic() + READY_SECONDS
        while not self._listens():
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(POLL_SECONDS)
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.wait(READY_SECONDS)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0
