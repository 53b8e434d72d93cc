"""The embedded server survives a kill of every process involved."""

import os
import signal
import threading

import pytest

from db.core.errors import EmbeddedPostgresError, EmbeddedPostgresInUseError
from db.server import embedded_cluster
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_account import ServerAccount
from db.server.embedded_cluster import running_pid
from tests.db.embedded_server import ask, kill, owner, pid_of


@pytest.mark.slow
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
    monkeypatch.setattr(ServerAccount, "run", None)  # and needs no process
    assert not running.ensure_running()
    assert pid_of(running) == before


def test_a_server_that_was_stopped_stays_stopped(server: EmbeddedPostgres) -> None:
    assert not server.ensure_running()
    server.start()
    server.stop()
    assert not server.ensure_running()
    assert running_pid(server.data) is None


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_after_service_and_server_are_killed_the_server_starts_again(server: EmbeddedPostgres) -> None:
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_making_the_data_that_fails_leaves_no_data(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embedded_cluster, "SETUP", {"postgres": ["SELECT 1/0"]})
        with pytest.raises(EmbeddedPostgresError, match="division by zero"):
            server.start()
    assert not server.data.exists()
    assert ask(server.start(), "SELECT 1") == 1


@pytest.mark.slow
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
