"""`visage demo` in its own process."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.fakes import data_url
from tests.running_service import MODELS, POLL_SECONDS, READY_SECONDS, STOP_SECONDS, free_port

VISAGE = Path(sys.executable).parent / "visage"

STARTED = re.compile(r"Starting a demo in (\S+) \.\.\.")
PASSWORD = re.compile(r"Sample account: +(\S+), password (\S+)")


class RunningDemo:
    """A demo on a free port.

    Attributes:
        url: the address of its service.
        folder: its temporary folder.
    """

    def __init__(self, place: Path, visage: Path = VISAGE, **environment: str) -> None:
        """
        Args:
            place: an existing folder for its temporary folder and its output.
            visage: the command.
            environment: further variables.
        """
        self._log = place / "demo.log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VISAGE_", "DATABASE_URL"))}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [visage, "demo"],
                cwd=place,
                env={
                    **kept,
                    "TMPDIR": str(place),
                    "VISAGE_PORT": str(port),
                    "VISAGE_MODELS": str(MODELS),
                    **environment,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.folder = Path(self.wait_for(STARTED)[1])

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Waits until it prints something; returns the match."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            ended = self.process.poll() is not None
            if found := pattern.search(self.output()):
                return found
            assert not ended, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(POLL_SECONDS)

    def output(self) -> str:
        """Returns everything that it printed."""
        return self._log.read_text(errors="replace")

    def post(self, path: str, body: Any) -> dict[str, Any]:
        """Sends JSON; returns the JSON of the answer."""
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def log_in(self, photograph: str) -> str:
        """Logs in with one of its photographs; returns the status in the answer."""
        image = data_url((self.folder / "photographs" / photograph).read_bytes(), "image/jpeg")
        return str(self.post("/user/facial/recognize", {"image": image})["status"])

    def end(self, number: signal.Signals) -> int:
        """Sends it a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)
