"""Starts, queries and kills embedded servers in tests."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid

SETTINGS = {"fsync": "off"}


@contextmanager
def started(home: Path) -> Iterator[EmbeddedPostgres]:
    """Yields a server that runs during the block."""
    server = EmbeddedPostgres(home, SETTINGS)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def ask(url: str, statement: str) -> object:
    """Returns the single value of a statement, over a new connection."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        return result.scalar_one() if result.returns_rows else None


def pid_of(server: EmbeddedPostgres) -> int:
    pid = running_pid(server.data)
    assert pid is not None
    return pid


def kill(pid: int) -> None:
    """Kills a process, not necessarily a child, and waits for its end."""
    end = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([end], [], [])
    os.close(end)


@contextmanager
def owner(home: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Yields another process that owns the server of a data folder, and the server's process id."""
    command = [sys.executable, "-m", "tests.db.embedded_owner", str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said[:1] == ["ready"]
        yield process, int(said[1])
        process.stdin.close()
