"""A copy of a working installation, and an installation restored from it."""

import base64
import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import inspect, select

from db.core.base import Base
from db.core.engine import Database, create_database
from db.core.errors import BackupError, DatabaseUnavailableError
from db.core.models import Invitation, RefreshToken, User
from db.queries import invitations
from db.queries.invitations import Bounds
from db.search.index_status import index_status
from db.server.embedded_account import choose_account
from db.server.embedded_cluster import program
from service.app import create_app
from service.cli import main
from service.domain.operator_errors import ImageRotationUnderWayError
from service.gallery.upkeep import Upkeep
from service.operator.backup import Restored, back_up, restore
from service.runtime.data_folder import sole_rotation
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import MODEL_ID, FakeEngine
from tests.http.conftest import Api, bearer


@pytest.fixture(autouse=True)
def idle_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables the upkeep, whose thread would outlive the database."""
    monkeypatch.setattr(Upkeep, "request_run", lambda self: None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def app(home: Path, scratch_database: Database) -> Flask:
    return application(home, scratch_database)


@pytest.fixture
def new_home(tmp_path: Path) -> Path:
    folder = tmp_path / "new-home"
    folder.mkdir()
    return folder


@pytest.fixture
def restored_database(empty_url: str) -> Iterator[Database]:
    """The database of the restored installation."""
    database = create_database(empty_url)
    yield database
    database.dispose()


@pytest.fixture
def old_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the server look like one that does not know all settings of pg_restore."""
    monkeypatch.setattr("db.server.backup.KNOWN_SINCE", 99)


@pytest.fixture
def postgresql_16() -> Iterator[str]:
    """The URL of an empty database of the wheel's other server."""
    programs = program("postgres").parents[2] / "pginstall" / "bin"
    with tempfile.TemporaryDirectory(prefix="visage-tests-") as folder:
        Path(folder).chmod(0o711)  # the server may run as another user
        account = choose_account(Path(folder) / "postgres", programs / "postgres")
        data = Path(folder) / "postgres" / "data"
        options = f"-c listen_addresses='' -c unix_socket_directories={data} -c fsync=off"
        account.run([programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"])
        account.run([programs / "pg_ctl", "start", "-w", "-D", data, "-l", data / "log", "-o", options])
        yield f"postgresql://postgres@/postgres?host={data}"
        account.run([programs / "pg_ctl", "stop", "-w", "-D", data, "-m", "immediate"])


def rows(database: Database, table: type[Base]) -> int:
    with database.unit_of_work() as work:
        return work.session.query(table).count()


def application(home: Path, database: Database) -> Flask:
    settings = Settings(home=home, duplicate_face="allow")
    return create_app(settings, build_services(settings, database, FakeEngine()))


def sign_up(app: Flask, person: int) -> None:
    assert Api(app.test_client()).store(person=person, username=f"person-{person}").status_code == 201


def test_people_log_in_and_see_their_pictures_in_an_installation_made_of_a_copy(
    app: Flask,
    home: Path,
    new_home: Path,
    scratch_url: str,
    empty_url: str,
    restored_database: Database,
    tmp_path: Path,
) -> None:
    sign_up(app, 1)
    kept = Api(app.test_client()).login("person-1").json["access_token"]
    back_up(home, scratch_url, tmp_path / "copy")
    assert restore(Settings(home=new_home), empty_url, tmp_path / "copy").images == 1

    api = Api(application(new_home, restored_database).test_client())
    assert api.recognize(person=1, username="person-1").json["status"] == "matched"
    assert api.me(kept).json["user"]["username"] == "person-1"  # signed with a key that was copied too
    token = api.login("person-1").json["access_token"]
    assert len(api.client.get("/user/facial", headers=bearer(token)).json["images"]) == 3


def test_a_copy_made_while_people_sign_up_and_leave_is_whole(
    app: Flask,
    home: Path,
    new_home: Path,
    scratch_url: str,
    empty_url: str,
    restored_database: Database,
    tmp_path: Path,
) -> None:
    enough, over = threading.Event(), threading.Event()

    def come_and_go() -> None:
        for person in range(1, 500):
            sign_up(app, person)
            if person % 2:
                api = Api(app.test_client())
                token = api.login(f"person-{person}").json["access_token"]
                assert api.client.delete("/user/me", headers=bearer(token)).status_code == 204
            if person == 4:
                enough.set()
            if over.is_set():
                return

    visitors = threading.Thread(target=come_and_go)
    visitors.start()
    assert enough.wait(60)
    back_up(home, scratch_url, tmp_path / "copy")
    over.set()
    visitors.join()
    restored = restore(Settings(home=new_home), empty_url, tmp_path / "copy")

    services = build_services(Settings(home=new_home), restored_database, FakeEngine())
    source = create_database(scratch_url)
    with source.unit_of_work() as work:
        stayed = set(work.session.scalars(select(User.id)))
    source.dispose()
    with restored_database.unit_of_work() as work:
        people = stayed & set(work.session.scalars(select(User.id)))
        copies = [services.portability.copy(work, person, datetime.now(UTC)) for person in people]
    assert restored.images >= len(people) >= 2
    assert all(len(copy.images) == 3 for copy in copies)


def test_images_of_people_who_were_erased_meanwhile_are_not_restored(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    (stray,) = (tmp_path / "copy" / "images").glob("*/*")
    stray.rename(stray.with_name("00000000-0000-0000-0000-000000000000"))
    restored = restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    assert (restored.images, restored.left_out) == (0, 1)
    assert not list((new_home / "images").iterdir())


def test_people_whose_images_the_copy_lacks_are_listed(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    for person in (1, 2, 3):
        sign_up(app, person)
    back_up(home, scratch_url, tmp_path / "copy")
    lost, damaged, _ = sorted((tmp_path / "copy" / "images").glob("*/*"))
    shutil.rmtree(lost)
    next(damaged.iterdir()).unlink()
    (tmp_path / "copy" / "images" / "lost+found" / "of a file system").mkdir(parents=True)
    arguments = ["restore", str(tmp_path / "copy")]
    result = CliRunner().invoke(main, arguments, env={"VISAGE_HOME": str(new_home), "DATABASE_URL": empty_url})
    assert result.exit_code == 0, result.output
    (said,) = [line for line in result.output.splitlines() if line.startswith("Missing")]
    assert "images of 2 people (person-" in said
    assert sum(f"person-{person}" in said for person in (1, 2, 3)) == 2


def test_the_comment_of_an_index_is_restored(
    scratch_url: str, empty_url: str, scratch_database: Database, home: Path, new_home: Path, tmp_path: Path
) -> None:
    before = index_status(scratch_database, MODEL_ID)
    back_up(home, scratch_url, tmp_path / "copy")
    restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    database = create_database(empty_url)
    assert index_status(database, MODEL_ID).form == before.form
    database.dispose()


def test_keys_can_be_left_out_and_put_back_by_hand(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    back_up(home, scratch_url, tmp_path / "copy", keys=False)
    assert not (tmp_path / "copy" / "keys").exists()
    (home / "keys").rename(new_home / "keys")
    restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    assert list((new_home / "keys").iterdir())


def test_a_copy_is_closed_to_others(app: Flask, home: Path, scratch_url: str, tmp_path: Path) -> None:
    sign_up(app, 1)
    for path in home.rglob("*"):
        path.chmod(0o755)
    assert back_up(home, scratch_url, tmp_path / "copy") == 1
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "copy", *(tmp_path / "copy").rglob("*"))}
    assert modes == {0o700, 0o600}


def test_nothing_is_overwritten(app: Flask, home: Path, scratch_url: str, tmp_path: Path) -> None:
    back_up(home, scratch_url, tmp_path / "copy")
    with pytest.raises(BackupError, match="exists"):
        back_up(home, scratch_url, tmp_path / "copy")
    with pytest.raises(BackupError, match="exists"):
        restore(Settings(home=home), scratch_url, tmp_path / "copy")


def test_a_database_in_use_is_not_restored_into(
    app: Flask, home: Path, new_home: Path, scratch_url: str, tmp_path: Path
) -> None:
    back_up(home, scratch_url, tmp_path / "copy")
    with pytest.raises(BackupError, match="not empty"):
        restore(Settings(home=new_home), scratch_url, tmp_path / "copy")
    assert list(new_home.iterdir()) == []


def test_an_incomplete_copy_is_not_restored(home: Path, new_home: Path, empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        back_up(home, "postgresql:///nowhere?host=/nowhere", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(BackupError, match="not a complete copy"):
        restore(Settings(home=new_home), empty_url, tmp_path / "copy.partial")


def test_a_copy_of_a_database_without_anything_of_visage_is_refused(home: Path, empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds nothing of Visage's"):
        back_up(home, empty_url, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_images_are_not_encrypted_anew_while_they_are_copied(home: Path, scratch_url: str, tmp_path: Path) -> None:
    with sole_rotation(home), pytest.raises(ImageRotationUnderWayError):
        back_up(home, scratch_url, tmp_path / "copy")


def test_a_server_older_than_pg_restore_is_restored_into(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path, old_server: None
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    assert restore(Settings(home=new_home), empty_url, tmp_path / "copy") == Restored(images=1, left_out=0)


def test_a_copy_that_is_damaged_leaves_an_old_server_empty(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path, old_server: None
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    dump = tmp_path / "copy" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    with create_database(empty_url).engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.slow
def test_a_copy_is_restored_into_postgresql_16(
    app: Flask, home: Path, new_home: Path, scratch_url: str, postgresql_16: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    assert restore(Settings(home=new_home), postgresql_16, tmp_path / "copy").images == 1


def test_sessions_and_one_time_tokens_are_not_part_of_a_copy(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    moments = {"created_at": datetime.now(UTC), "expires_at": datetime.now(UTC)}
    source, restored = create_database(scratch_url), create_database(empty_url)
    with source.unit_of_work() as work:
        invitations.add(work.session, bytes(32), Bounds(None, None), **moments)
    back_up(home, scratch_url, tmp_path / "copy")
    restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    assert [rows(source, table) for table in (User, RefreshToken, Invitation)] == [1, 1, 1]
    assert [rows(restored, table) for table in (User, RefreshToken, Invitation)] == [1, 0, 0]
    source.dispose()
    restored.dispose()


def test_a_copy_whose_images_nobody_could_read_is_refused_before_anything_is_changed(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    (tmp_path / "copy" / "keys" / "images.keys").write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(BackupError, match="keys that are missing"):
        restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    assert list(new_home.iterdir()) == []


def test_a_restoration_that_failed_can_be_done_again(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    dump = tmp_path / "copy" / "database.dump"
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-2000])
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(Settings(home=new_home), empty_url, tmp_path / "copy")
    dump.write_bytes(whole)
    assert restore(Settings(home=new_home), empty_url, tmp_path / "copy").images == 1
    assert sorted(path.name for path in new_home.iterdir()) == ["images", "keys"]
