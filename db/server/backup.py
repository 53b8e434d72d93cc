"""Backs the database up with PostgreSQL's own programs, and restores a backup into an empty database."""

import contextlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE

from sqlalchemy import func, select, text

from db.core.engine import create_database
from db.core.errors import BackupError
from db.core.models import User
from db.search.template_owners import are_detached, attach, drop_trigger
from db.server.migrate import current, server_version, upgrade
from db.server.psql import client_program, psql_command, without_secrets

EXTENSION = "vector"

EXTENSIONS = (EXTENSION, "citus*")
"""Extensions left out of a backup, because it would restore their comments, which only a superuser may. A table that
Citus has distributed is in the backup as an ordinary table."""

TRANSIENT_TABLES = (
    "browser_sessions", "challenges", "invitations", "openid_codes", "openid_requests", "passkey_ceremonies",
    "password_links", "refresh_tokens",
)  # fmt: skip
"""The tables without rows in a backup: a restored row could make something valid that was ended or spent since."""

UNKNOWN_SETTING = b"SET transaction_timeout = 0;\n"
"""The first lines of pg_restore's output since PostgreSQL 17. An older server refuses this setting."""

KNOWN_SINCE = 17
"""The major version of PostgreSQL that introduced this setting."""

OWNERLESS = ("--no-owner", "--no-privileges")
"""The options that let the restoring role own everything."""


def dump(url: str, path: Path) -> int:
    """Writes a consistent snapshot into a new file in pg_dump's own format, while the service runs.

    Returns:
        The number of accounts just before.

    Raises:
        BackupError: no migration has run there, so it is probably the wrong database; or pg_dump failed, with its
            message.
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
        [
            "--format=custom",
            *(f"--exclude-extension={extension}" for extension in EXTENSIONS),
            *(f"--exclude-table-data={table}" for table in TRANSIENT_TABLES),
            *OWNERLESS,
            f"--file={path}",
        ],
    )
    return people


def check_empty(url: str) -> None:
    """Raises BackupError if Visage uses the database already, or DatabaseUnavailableError."""
    database = create_database(url, pool_size=1)
    try:
        with database.engine.begin() as connection:
            if current(connection) is not None:
                raise BackupError("the database is not empty: restore into one that Visage has not used yet")
    finally:
        database.dispose()


def restore(url: str, path: Path) -> None:
    """Fills an empty database from a backup, entirely or not at all, and upgrades its schema.

    Raises:
        BackupError: pg_restore or psql failed, with its message.
        MigrationError: the backup is from a newer version.
        DatabaseUnavailableError: the server does not answer.
    """
    path = path.absolute()  # pg_restore could read a relative path as an option
    database = create_database(url, pool_size=1)
    try:
        with database.engine.begin() as connection:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}"))
            version = server_version(connection)
    finally:
        database.dispose()
    if version < KNOWN_SINCE:
        _restore_by_psql(url, path)
    else:
        _run(url, "pg_restore", ["--single-transaction", "--exit-on-error", *OWNERLESS, str(path)])
    _undistribute(url)
    upgrade(url)


def _undistribute(url: str) -> None:
    """Restores the foreign key of the templates, if they were distributed when the backup was made."""
    database = create_database(url, pool_size=1, statement_timeout_ms=0)
    try:
        with database.engine.begin() as connection:
            if are_detached(connection):
                drop_trigger(connection)
                attach(connection)
    finally:
        database.dispose()


def _restore_by_psql(url: str, path: Path) -> None:
    """Restores on a server that does not know all settings that pg_restore writes.

    COMMIT is sent only after pg_restore has succeeded. If this process is killed before, psql ends without a commit.
    """
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"]
    command, environment = psql_command(url, options)
    reading = [client_program("pg_restore"), *OWNERLESS, "--file=-", str(path)]
    with (
        subprocess.Popen(reading, stdout=PIPE, stderr=PIPE) as script,  # noqa: S603 (programs of PostgreSQL)
        subprocess.Popen(command, env=environment, stdin=PIPE, stdout=DEVNULL, stderr=PIPE) as client,  # noqa: S603 (likewise)
    ):
        assert script.stdout is not None  # noqa: S101 (for mypy)
        assert client.stdin is not None  # noqa: S101 (for mypy)
        with contextlib.suppress(BrokenPipeError):  # psql has ended; its message follows
            client.stdin.write(b"BEGIN;\n")
            for line in iter(script.stdout.readline, b""):
                if line == UNKNOWN_SETTING:
                    break
                client.stdin.write(line)
            shutil.copyfileobj(script.stdout, client.stdin)
            if script.wait() == 0:
                client.stdin.write(b"COMMIT;\n")
        script.stdout.close()
        _, said = client.communicate()
        _, read = script.communicate()
    if client.returncode != 0 or script.returncode != 0:
        words = (said + read).decode(errors="replace").strip()
        raise BackupError(f"psql failed: {words}" if client.returncode else f"pg_restore failed: {words}")


def _run(url: str, name: str, arguments: Sequence[str]) -> None:
    address, environment = without_secrets(url)
    command = [client_program(name), f"--dbname={address}", *arguments]
    done = subprocess.run(  # noqa: S603 (programs of PostgreSQL)
        command,
        env=environment,
        stdin=DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")
