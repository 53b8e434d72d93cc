"""Chooses the operating system's user that runs the embedded PostgreSQL.

PostgreSQL refuses to run as root. If the service runs as root, its server is started as an unprivileged system user.
That user may be unable to reach the program or the data, for instance in a clone under ``/root``, which is closed to
others. Opening the parent folders would open them for everybody. Instead, ``setpriv`` of util-linux gives only the
server the capability to pass through them.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.core.errors import EmbeddedPostgresError

SYSTEM_USERS = ("postgres", "nobody")
"""Users to run the server as when the service runs as root; the first that exists."""

CAPABILITIES = ("dac_read_search", "dac_override")
"""Either lets a process pass through closed folders. The first cannot write; containers often allow only the second."""


@dataclass(frozen=True)
class ServerAccount:
    """Runs PostgreSQL's programs as the server's user.

    Attributes:
        uid, gid: the user; the service's own unless that is root.
        prefix: a command that switches to the user with a capability, to put before a command line; else empty.
    """

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def run(self, argv: Sequence[str | Path], stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        """Runs a program to its end, with captured output, without the terminal's input, and in the folder ``/``.

        ``variables`` are added to its environment.

        Raises:
            OSError: it cannot be started as this user.
        """
        switch = os.geteuid() == 0 and not self.prefix
        return subprocess.run(  # noqa: S603 (programs of PostgreSQL, as our callers name them)
            [*self.prefix, *map(str, argv)],
            input=stdin,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            cwd="/",
            env={**clean_environment(), **variables},
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
        )

    def write(self, path: Path, content: str) -> None:
        """Replaces a file as this user, because root must not write where another user could put a link.

        Raises:
            EmbeddedPostgresError: it cannot be written.
        """
        result = self.run(["/bin/sh", "-c", 'exec cat > "$1"', "sh", path], content)
        if result.returncode != 0:
            raise EmbeddedPostgresError(f"{path} cannot be written: {result.stderr.strip()}")

    def own(self, folder: Path) -> None:
        """Creates a folder that only this user can enter, unless there is one of that name."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and folder.lstat().st_uid == 0:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)


def clean_environment() -> Mapping[str, str]:
    """Returns the environment without variables that could point PostgreSQL's programs to another server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


def choose_account(folder: Path, program: Path) -> ServerAccount:
    """Chooses the account for a server whose files are in a folder; creates the folder if missing.

    Args:
        folder: the folder of the server's files; an existing folder keeps its owner.
        program: the server's binary.

    Raises:
        EmbeddedPostgresError: no unprivileged user can reach the folder and the program.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        account = ServerAccount(os.geteuid(), os.getegid())
        account.own(folder)
        if folder.stat().st_uid != account.uid:
            owner = user_name(folder.stat().st_uid)
            raise EmbeddedPostgresError(f"{folder} belongs to {owner}: start Visage as that user")
        return account
    user = _system_user(folder)
    plain = ServerAccount(user.pw_uid, user.pw_gid)
    plain.own(folder)
    for account in (plain, *_with_capabilities(user)):
        if _reaches(account, folder, program):
            return account
    raise EmbeddedPostgresError(
        f"PostgreSQL must not run as root, and the user {user.pw_name} cannot reach {folder} and {program}. "
        "Either start Visage as an ordinary user, or name a running PostgreSQL in DATABASE_URL."
    )


def user_name(uid: int) -> str:
    """Returns the user's name, which PostgreSQL's peer authentication uses.

    Raises:
        EmbeddedPostgresError: the system has no name for this user id.
    """
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise EmbeddedPostgresError(
            f"user id {uid} has no name on this system, and PostgreSQL does not run without one: add it to "
            "/etc/passwd, or name a running PostgreSQL in DATABASE_URL"
        ) from None


def _system_user(folder: Path) -> pwd.struct_passwd:
    if folder.exists() and folder.stat().st_uid != 0:
        return pwd.getpwnam(user_name(folder.stat().st_uid))
    for name in SYSTEM_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedPostgresError(
        f"PostgreSQL must not run as root, and there is no user {' or '.join(SYSTEM_USERS)} to run it as. "
        "Either start Visage as an ordinary user, or name a running PostgreSQL in DATABASE_URL."
    )


def _with_capabilities(user: pwd.struct_passwd) -> list[ServerAccount]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    # Without that bit access(2), with which PostgreSQL finds its programs, would ignore the capability.
    keep = "--securebits=+no_setuid_fixup"
    switch = (setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs", keep)
    return [
        ServerAccount(
            user.pw_uid,
            user.pw_gid,
            (*switch, *(f"--{kind}=-all,+{name}" for kind in ("inh-caps", "ambient-caps", "bounding-set")), "--"),
        )
        for name in CAPABILITIES
    ]


def _reaches(account: ServerAccount, folder: Path, program: Path) -> bool:
    """Whether the account can write to the folder and start the program."""
    script = 'test -w "$1" && test -x "$1" && test -r "$2" && exec "$2" --version'
    try:
        return account.run(["/bin/sh", "-c", script, "sh", folder, program]).returncode == 0
    except OSError:
        return False
