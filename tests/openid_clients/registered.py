"""Registers an application as an operator does."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.running_service import REPOSITORY, RunningService


@dataclass(frozen=True)
class Registered:
    """An application that the service knows.

    Attributes:
        issuer: the address of the service.
        client_id: as it names itself.
        secret: as the command printed it.
        url: its own address, without a slash at the end.
    """

    issuer: str
    client_id: str
    secret: str
    url: str

    @property
    def port(self) -> int:
        """The port of its address."""
        return int(self.url.rpartition(":")[2])


def register(service: RunningService, name: str, url: str, callback: str, goodbye: str) -> Registered:
    """Runs ``visage client add``.

    Args:
        service: that learns to know it.
        name: of the application; its id also has the port, as tests share a service.
        url: its address, without a slash at the end.
        callback: the path of its redirect URI.
        goodbye: the path at which users arrive after a logout.
    """
    client_id = f"{name}-{url.rpartition(':')[2]}"
    options = ["--name", name, "--redirect-uri", f"{url}{callback}", "--post-logout-redirect-uri", f"{url}{goodbye}"]
    said = subprocess.run(
        [Path(sys.executable).parent / "visage", "client", "add", client_id, *options],
        cwd=REPOSITORY,
        env=service.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    values = dict(line.rsplit(maxsplit=1) for line in said.splitlines())
    return Registered(values["issuer"], values["client id"], values["client secret"], url)
