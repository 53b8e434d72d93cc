"""A streaming replica of an embedded server; `EmbeddedPostgres` itself does not support replicas."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.server.embedded import EmbeddedPostgres
from db.server.embedded_account import ServerAccount, choose_account, user_name
from db.server.embedded_cluster import DATABASE, PORT, SUPERUSER, program, running_socket_folder
from tests.db.embedded_server import SETTINGS, ask
from tests.waiting import wait_until

SLOT = "standby"


class Standby(EmbeddedPostgres):
    """A server on a copy of another server's data, which it follows.

    Attributes:
        primary: the server that it follows.
    """

    def __init__(self, home: Path, primary: EmbeddedPostgres) -> None:
        super().__init__(home, SETTINGS)
        self.primary = primary

    def copy(self) -> None:
        """Copies the primary's data; once, before the first start."""
        account = choose_account(self.folder, program("postgres"))
        _let_replicas_in(account, self.primary)
        place = str(running_socket_folder(self.primary.data))
        who = ["--host", place, "--port", str(PORT), "--username", SUPERUSER]
        result = account.run(
            [program("pg_basebackup"), *who, "-D", self.data, "-R", "-X", "stream", "-C", "-S", SLOT, "-c", "fast"]
        )
        assert result.returncode == 0, result.stderr

    def pause(self) -> None:
        """Pauses the replay: the standby receives the primary's changes, but does not apply them."""
        self._ask("SELECT pg_wal_replay_pause()::text")
        wait_until(lambda: self._ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self) -> None:
        self._ask("SELECT pg_wal_replay_resume()::text")

    def catch_up(self) -> None:
        """Waits until all changes of the primary are replayed."""
        written = ask(self.primary.url, "SELECT pg_current_wal_flush_lsn()::text")
        wait_until(lambda: self._ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'"))

    def _ask(self, statement: str) -> object:
        return ask(self.url_of(DATABASE, SUPERUSER), statement)


@contextmanager
def following(primary: EmbeddedPostgres, home: Path) -> Iterator[Standby]:
    """Yields a replica of a running server."""
    standby = Standby(home, primary)
    try:
        standby.copy()
        standby.start()
        yield standby
    finally:
        standby.stop()


def _let_replicas_in(account: ServerAccount, primary: EmbeddedPostgres) -> None:
    """Allows replication until the primary's next start rewrites these files; replicas run as the same OS user."""
    for name, line in {
        "pg_hba.conf": "local replication all peer map=visage",
        "pg_ident.conf": f'visage "{user_name(account.uid)}" {SUPERUSER}',
    }.items():
        path = primary.data / name
        account.write(path, f"{path.read_text()}{line}\n")
    ask(primary.url_of(DATABASE, SUPERUSER), "SELECT pg_reload_conf()")
