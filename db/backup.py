"""A copy of the database by PostgreSQL's own programs, and a database made of one."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select, text

from db.engine import create_database
from db.errors import BackupError
from db.migrate import current, upgrade
from db.models import User
from db.psql import client_program, without_secrets

EXTENSION = "vector"
"""It is not part of a copy: only a superuser could comment on it, as a copy would."""


def dump(url: str, path: Path) -> int:
    """Writes everything as it is at one moment into a new file, in pg_dump's own format, beside a service at work.

    Returns:
        How many people had an account just before.

    Raises:
        BackupError: no migration has run there, so that it is hardly the right database; or with what pg_dump said.
        DatabaseUnavailableError: the server does not answer.
    """
    database = create_database(url, pool_size=1)
    try:
        with database.engine.begin() as connection:
            if current(connection) is None:
                raise BackupError("the database holds nothing of Visage's: is DATABASE_URL what the service has?")
            people = int(connection.execute(select(func.count()).select_from(User)).scalar_one())
    finally:
        database.dispose()
    _run(
        url,
        "pg_dump",
        ["--format=custom", f"--exclude-extension={EXTENSION}", "--no-owner", "--no-privileges", f"--file={path}"],
    )
    return people


def restore(url: str, path: Path) -> None:
    """Fills an empty database from such a file, whole or not at all, and brings its schema up to date.

    Raises:
        BackupError: the database is not empty, or with what pg_restore said.
        MigrationError: the file is of a newer version.
    """
    database = create_database(url, pool_size=1)
    try:
        with database.engine.begin() as connection:
            if current(connection) is not None:
                raise BackupError("the database is not empty: restore into one that Visage has not used yet")
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}"))
    finally:
        database.dispose()
    _run(url, "pg_restore", ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(path)])
    upgrade(url)


def _run(url: str, name: str, arguments: Sequence[str]) -> None:
    address, environment = without_secrets(url)
    command = [client_program(name), f"--dbname={address}", *arguments]
    done = subprocess.run(  # noqa: S603 (programs of PostgreSQL)
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")
