"""A copy of an installation at work, and the installation that is made of it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from db.engine import Database, create_database
from db.errors import DatabaseUnavailableError
from db.index_status import index_status
from db.models import User
from service.app import create_app
from service.backup import back_up, restore
from service.errors import BackupError, ImageRotationUnderWayError
from service.home import sole_rotation
from service.services import build_services
from service.settings import Settings
from service.upkeep import Upkeep
from tests.fakes import MODEL_ID, FakeEngine
from tests.http.conftest import Api, bearer


@pytest.fixture(autouse=True)
def idle_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread would outlive the database."""
    monkeypatch.setattr(Upkeep, "consider", lambda self: None)


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
    """Of the installation that is made of the copy."""
    database = create_database(empty_url)
    yield database
    database.dispose()


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
    assert restore(new_home, empty_url, tmp_path / "copy").images == 1

    api = Api(application(new_home, restored_database).test_client())
    assert api.recognize(person=1, username="person-1").json["status"] == "matched"
    assert api.me(kept).json["user"]["username"] == "person-1"  # signed by a key that was copied too
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
    restored = restore(new_home, empty_url, tmp_path / "copy")

    services = build_services(Settings(home=new_home), restored_database, FakeEngine())
    with restored_database.unit_of_work() as work:
        people = list(work.session.scalars(select(User.id).where(User.facial_data.is_not(None))))
        copies = [services.portability.copy(work, person, datetime.now(UTC)) for person in people]
    assert restored.images == len(people) >= 2
    assert all(len(copy.images) == 3 for copy in copies)


def test_images_of_people_who_were_erased_meanwhile_are_not_restored(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    sign_up(app, 1)
    back_up(home, scratch_url, tmp_path / "copy")
    (stray,) = (tmp_path / "copy" / "images").glob("*/*")
    stray.rename(stray.with_name("00000000-0000-0000-0000-000000000000"))
    restored = restore(new_home, empty_url, tmp_path / "copy")
    assert (restored.images, restored.left_out) == (0, 1)
    assert not list((new_home / "images").iterdir())


def test_what_an_index_tells_of_itself_is_restored(
    scratch_url: str, empty_url: str, scratch_database: Database, home: Path, new_home: Path, tmp_path: Path
) -> None:
    before = index_status(scratch_database, MODEL_ID)
    back_up(home, scratch_url, tmp_path / "copy")
    restore(new_home, empty_url, tmp_path / "copy")
    database = create_database(empty_url)
    assert index_status(database, MODEL_ID).form == before.form
    database.dispose()


def test_keys_can_be_left_out_and_put_back_by_hand(
    app: Flask, home: Path, new_home: Path, scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    back_up(home, scratch_url, tmp_path / "copy", keys=False)
    assert not (tmp_path / "copy" / "keys").exists()
    (home / "keys").rename(new_home / "keys")
    restore(new_home, empty_url, tmp_path / "copy")
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
        restore(home, scratch_url, tmp_path / "copy")


def test_a_database_in_use_is_not_restored_into(
    app: Flask, home: Path, new_home: Path, scratch_url: str, tmp_path: Path
) -> None:
    back_up(home, scratch_url, tmp_path / "copy")
    with pytest.raises(BackupError, match="not empty"):
        restore(new_home, scratch_url, tmp_path / "copy")
    assert list(new_home.iterdir()) == []


def test_a_copy_that_was_cut_off_is_none(home: Path, new_home: Path, empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        back_up(home, "postgresql:///nowhere?host=/nowhere", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(BackupError, match="has finished"):
        restore(new_home, empty_url, tmp_path / "copy.partial")


def test_a_copy_of_a_database_without_anything_of_visage_is_refused(home: Path, empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds nothing of Visage's"):
        back_up(home, empty_url, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_images_are_not_encrypted_anew_while_they_are_copied(home: Path, scratch_url: str, tmp_path: Path) -> None:
    with sole_rotation(home), pytest.raises(ImageRotationUnderWayError):
        back_up(home, scratch_url, tmp_path / "copy")
