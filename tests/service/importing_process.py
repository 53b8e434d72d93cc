"""``python -m tests.service.importing_process N SOURCE``: an import with the fake engine, killed at its N-th step.

A step is a change of a file in the data folder, or a database statement.
"""

import os
import signal
import sys
from typing import Any

import pytest
from sqlalchemy import Engine, event

from service.cli import main
from service.transfer import importing as bulk_import
from tests.service.importing import use_fake_engine

FILE_EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}


class Killer:
    """Kills this process at the n-th step, as a power cut would."""

    def __init__(self, step: int) -> None:
        self._left = step
        self._home = os.environ["VISAGE_HOME"]

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in FILE_EVENTS and str(arguments[0]).startswith(f"{self._home}/images"):
            self()

    def on_statement(self, *_: object) -> None:
        self()


if __name__ == "__main__":
    killer = Killer(int(sys.argv[1]))
    use_fake_engine(pytest.MonkeyPatch())
    bulk_import.BATCH = 4
    sys.addaudithook(killer.on_audit)
    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, killer.on_statement)
    main(["import", sys.argv[2], "--consent"])
