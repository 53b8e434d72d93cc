"""The embedded server: first start to first query, wherever its data is stored."""

import os
import shutil
from pathlib import Path

import psutil
import pytest

from db.core.errors import EmbeddedPostgresError
from db.server import embedded_account
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_account import ServerAccount, choose_account
from db.server.embedded_cluster import program, running_pid, socket_folder_path
from tests.db.embedded_server import ask, pid_of, started


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
    assert 0 not in psutil.Process(pid_of(running)).uids()


def test_the_log_keeps_refused_values_to_itself(running: EmbeddedPostgres) -> None:
    ask(running.url, "CREATE TABLE secrets (secret text UNIQUE)")
    ask(running.url, "INSERT INTO secrets VALUES ('hunter2')")
    with pytest.raises(Exception, match="duplicate"):
        ask(running.url, "INSERT INTO secrets VALUES ('hunter2')")
    with pytest.raises(Exception, match="invalid input syntax"):
        ask(running.url, "SELECT 'hunter2'::integer")  # the error message ends with the value
    assert "hunter2" not in running.log.read_text()


def test_starting_again_in_the_same_process_changes_nothing(running: EmbeddedPostgres) -> None:
    before = pid_of(running)
    assert running.start() == running.url
    assert pid_of(running) == before


def test_stored_data_survives_a_restart(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    server.stop()  # a second stop is not an error
    assert running_pid(server.data) is None
    server.start()
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_a_forked_worker_does_not_stop_the_server(running: EmbeddedPostgres) -> None:
    worker = os.fork()
    if worker == 0:
        running.stop()
        os._exit(0)
    os.waitpid(worker, 0)
    assert ask(running.url, "SELECT 1") == 1


def test_a_home_too_deep_for_a_socket_works_and_the_socket_goes_with_the_server(tmp_path: Path) -> None:
    with started(tmp_path / ("deep" * 20) / ("er" * 20)) as server:
        place = socket_folder_path(server.folder)
        assert place.exists()
        assert ask(server.url, "SELECT 1") == 1
    assert not place.exists()


def test_a_home_with_spaces_quotes_and_commas_works(tmp_path: Path) -> None:
    with started(tmp_path / "it's my home, sweet") as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_home_in_a_closed_folder_works(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with started(closed / "home") as server:
        assert ask(server.url, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_in_a_closed_folder_can_be_read_as_well(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    copy = Path(shutil.copy("/bin/true", closed / "program"))
    account = choose_account(closed / "postgres", copy)
    assert account.run(["/bin/sh", "-c", 'test -r "$1"', "sh", copy]).returncode == 0


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


if os.geteuid() == 0:  # an ordinary user can always reach their own files

    def test_a_home_that_no_user_can_reach_names_the_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(embedded_account, "CAPABILITIES", ())
        with pytest.raises(EmbeddedPostgresError, match=r"closed.*ordinary user.*DATABASE_URL"):
            choose_account(closed / "postgres", program("postgres"))

    def test_without_setpriv_a_closed_home_names_the_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(shutil, "which", lambda _: None)
        with pytest.raises(EmbeddedPostgresError, match=r"closed.*ordinary user.*DATABASE_URL"):
            choose_account(closed / "postgres", program("postgres"))

    @pytest.mark.slow
    @pytest.mark.parametrize("capability", embedded_account.CAPABILITIES)
    def test_either_capability_is_enough_to_reach_a_closed_home(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capability: str
    ) -> None:
        monkeypatch.setattr(embedded_account, "CAPABILITIES", (capability,))
        with started(tmp_path / "home") as server:
            assert ask(server.url, "SELECT 1") == 1
