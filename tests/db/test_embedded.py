"""The embedded server: from nothing to answering, and through everything that can be killed on the way."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from db import embedded_account, embedded_cluster
from db.embedded import EmbeddedPostgres
from db.embedded_account import ServerAccount, choose_account
from db.embedded_cluster import program, running_pid, socket_folder_path
from db.errors import EmbeddedPostgresError, EmbeddedPostgresInUseError

SETTINGS = {"fsync": "off"}


@contextmanager
def started(home: Path) -> Iterator[EmbeddedPostgres]:
    """A server that runs for a while."""
    server = EmbeddedPostgres(home, SETTINGS)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that was never started. Its parent folders are closed to other users, as pytest makes them."""
    server = EmbeddedPostgres(tmp_path / "home", SETTINGS)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server for tests that only look."""
    with started(tmp_path_factory.mktemp("running")) as server:
        yield server


def ask(url: str, statement: str) -> object:
    """The single value that a statement answers, over a connection of its own."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        return result.scalar_one() if result.returns_rows else None


def pid_of(server: EmbeddedPostgres) -> int:
    pid = running_pid(server.data)
    assert pid is not None
    return pid


def kill(pid: int) -> None:
    """Kills a process that need not be a child of ours, and waits for its end."""
    end = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([end], [], [])
    os.close(end)


@contextmanager
def owner(home: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Another process that owns the server of a home, and the server's process id."""
    command = [sys.executable, "-m", "tests.db.embedded_owner", str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said[:1] == ["ready"]
        yield process, int(said[1])
        process.stdin.close()


def test_the_first_start_makes_a_database_with_pgvector(running: EmbeddedPostgres) -> None:
    assert ask(running.url, "SELECT current_database() || ' ' || current_user") == "visage visage"
    assert ask(running.url, "SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 1


def test_the_services_role_is_no_superuser(running: EmbeddedPostgres) -> None:
    assert ask(running.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_no_port_is_opened(running: EmbeddedPostgres) -> None:
    assert ask(running.url, "SHOW listen_addresses") == ""


def test_data_and_socket_are_closed_to_others(running: EmbeddedPostgres) -> None:
    for folder in (running.folder, running.data, running.folder / "run"):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_server_does_not_run_as_root(running: EmbeddedPostgres) -> None:
    status = Path(f"/proc/{pid_of(running)}/status").read_text()
    (uids,) = [line.split()[1:] for line in status.splitlines() if line.startswith("Uid:")]
    assert "0" not in uids


def test_the_log_keeps_refused_values_to_itself(running: EmbeddedPostgres) -> None:
    ask(running.url, "CREATE TABLE secrets (secret text UNIQUE)")
    ask(running.url, "INSERT INTO secrets VALUES ('hunter2')")
    with pytest.raises(Exception, match="duplicate"):
        ask(running.url, "INSERT INTO secrets VALUES ('hunter2')")
    log = running.log.read_text()
    assert "duplicate key" in log
    assert "hunter2" not in log


def test_starting_again_in_the_same_process_changes_nothing(running: EmbeddedPostgres) -> None:
    before = pid_of(running)
    assert running.start() == running.url
    assert pid_of(running) == before


def test_what_was_stored_is_there_after_a_restart(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert running_pid(server.data) is None
    server.start()
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_stopping_twice_is_no_error(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    server.stop()
    assert running_pid(server.data) is None


def test_a_forked_worker_does_not_stop_the_server(running: EmbeddedPostgres) -> None:
    worker = os.fork()
    if worker == 0:
        running.stop()
        os._exit(0)
    os.waitpid(worker, 0)
    assert ask(running.url, "SELECT 1") == 1


def test_a_server_that_was_killed_recovers_what_was_committed(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(pid_of(server), signal.SIGKILL)
    server.stop()
    server.start()
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_a_server_that_was_killed_is_started_again_with_what_was_committed(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    kill(pid_of(server))
    assert server.ensure_running()
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_a_server_that_runs_is_left_alone(running: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pid_of(running)
    monkeypatch.setattr(ServerAccount, "run", None)  # and costs no process
    assert not running.ensure_running()
    assert pid_of(running) == before


def test_a_server_that_was_stopped_stays_stopped(server: EmbeddedPostgres) -> None:
    assert not server.ensure_running()
    server.start()
    server.stop()
    assert not server.ensure_running()
    assert running_pid(server.data) is None


def test_a_server_that_does_not_start_again_says_why_and_may_later(server: EmbeddedPostgres) -> None:
    server.start()
    kill(pid_of(server))
    configuration = server.data / "postgresql.auto.conf"
    configuration.write_text("shared_buffers = lots\n")
    with pytest.raises(EmbeddedPostgresError, match=configuration.name):
        server.ensure_running()
    configuration.write_text("")
    assert server.ensure_running()


def test_a_forked_worker_does_not_start_the_server_again(server: EmbeddedPostgres) -> None:
    server.start()
    kill(pid_of(server))
    worker = os.fork()
    if worker == 0:
        os._exit(server.ensure_running())
    assert os.waitpid(worker, 0)[1] == 0
    assert running_pid(server.data) is None


def test_a_stop_while_the_server_is_started_again_leaves_none(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    kill(pid_of(server))
    bring_up, stopping = server._bring_up, threading.Thread(target=server.stop)

    def bring_up_beside_a_stop(account: ServerAccount) -> None:
        stopping.start()
        bring_up(account)

    monkeypatch.setattr(server, "_bring_up", bring_up_beside_a_stop)
    assert server.ensure_running()
    stopping.join()
    assert running_pid(server.data) is None


def test_the_server_of_a_service_that_was_killed_is_taken_over(server: EmbeddedPostgres) -> None:
    with owner(server.folder.parent) as (process, pid):
        process.kill()
        process.wait()
        server.start()
        assert pid_of(server) == pid
        server.stop()
    assert running_pid(server.data) is None


def test_service_and_server_killed_together_hinder_nobody(server: EmbeddedPostgres) -> None:
    with owner(server.folder.parent) as (process, pid):
        process.kill()
        os.kill(pid, signal.SIGKILL)
        process.wait()
        assert ask(server.start(), "SELECT 1") == 1


def test_the_server_of_a_live_service_is_left_to_it(server: EmbeddedPostgres) -> None:
    with owner(server.folder.parent) as (process, pid):
        with pytest.raises(EmbeddedPostgresInUseError, match=f"process {process.pid}") as caught:
            server.start()
        assert caught.value.pid == process.pid
        server.stop()
        assert pid_of(server) == pid


def test_a_command_reaches_the_server_of_a_live_service(server: EmbeddedPostgres) -> None:
    with owner(server.folder.parent) as (_, pid):
        with server.reached() as url:
            assert ask(url, "SELECT 1") == 1
        assert pid_of(server) == pid


def test_a_command_starts_a_server_for_its_own_time(server: EmbeddedPostgres) -> None:
    with server.reached() as url:
        assert ask(url, "SELECT 1") == 1
    assert running_pid(server.data) is None


def test_a_process_id_given_to_somebody_else_does_not_hinder_the_start(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    stale = "\n".join([str(os.getpid()), str(server.data), "0", "5432", "/nowhere", "", "0 0", "ready"])
    (server.data / "postmaster.pid").write_text(stale)
    assert ask(server.start(), "SELECT 1") == 1


def test_data_left_half_made_is_made_anew(server: EmbeddedPostgres) -> None:
    leftover = server.folder / "data.new-0123"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18")
    assert ask(server.start(), "SELECT 1") == 1
    assert not leftover.exists()


def test_making_the_data_that_fails_leaves_no_data(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embedded_cluster, "SETUP", {"postgres": ["SELECT 1/0"]})
        with pytest.raises(EmbeddedPostgresError, match="division by zero"):
            server.start()
    assert not server.data.exists()
    assert ask(server.start(), "SELECT 1") == 1


def test_a_start_that_is_interrupted_leaves_no_server(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up = server._bring_up

    def interrupt(account: ServerAccount) -> None:
        bring_up(account)
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "_bring_up", interrupt)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    assert running_pid(server.data) is None


def test_a_home_too_deep_for_a_socket_works(tmp_path: Path) -> None:
    with started(tmp_path / ("deep" * 20) / ("er" * 20)) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_socket_outside_the_home_goes_with_the_server(tmp_path: Path) -> None:
    with started(tmp_path / ("deep" * 20) / ("er" * 20)) as server:
        place = socket_folder_path(server.folder)
        assert place.exists()
    assert not place.exists()


def test_a_home_with_spaces_and_quotes_works(tmp_path: Path) -> None:
    with started(tmp_path / "it's my home") as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_home_with_a_comma_works(tmp_path: Path) -> None:
    with started(tmp_path / "home, sweet") as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_home_in_a_closed_folder_works(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with started(closed / "home") as server:
        assert ask(server.url, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700


def test_data_of_another_version_is_refused(server: EmbeddedPostgres) -> None:
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 17"):
        server.start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "home", {"shared_buffers": "lots"})
    with pytest.raises(EmbeddedPostgresError, match="shared_buffers"):
        server.start()


def test_a_program_that_is_missing_is_named() -> None:
    with pytest.raises(EmbeddedPostgresError, match="no_such_program"):
        program("no_such_program")


def test_variables_for_other_servers_do_not_reach_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    account = ServerAccount(os.geteuid(), os.getegid(), prefix=("/usr/bin/env",))
    assert "PGDATA" not in account.run(["/usr/bin/env"]).stdout


if os.geteuid() == 0:  # an ordinary user always reaches their own files

    def test_a_home_that_no_user_can_reach_names_the_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(embedded_account, "CAPABILITIES", ())
        with pytest.raises(EmbeddedPostgresError, match=r"closed.*ordinary user.*DATABASE_URL"):
            choose_account(closed / "postgres", program("postgres"))

    @pytest.mark.parametrize("capability", embedded_account.CAPABILITIES)
    def test_either_capability_is_enough_to_reach_a_closed_home(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capability: str
    ) -> None:
        monkeypatch.setattr(embedded_account, "CAPABILITIES", (capability,))
        with started(tmp_path / "home") as server:
            assert ask(server.url, "SELECT 1") == 1
