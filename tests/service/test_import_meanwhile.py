"""An import while users sign up at the service."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.search import templates
from service.settings.reading import read_settings
from tests.db.people import add_person
from tests.fakes import MODEL_ID
from tests.service.changing_models import people_sign_up, service_of
from tests.service.importing import enrolled, images_kept, images_known, import_, write_people

WAIT_SECONDS = 30


pytestmark = pytest.mark.usefixtures("importing_environment")


def wait_until_somebody_waits(database: Database) -> None:
    """Waits until a connection to this database waits for a lock."""
    waiting = text("""
        SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
                       WHERE NOT granted AND datname = current_database())
    """)
    tries = threading.Event()
    with database.autocommit() as connection:
        for _ in range(WAIT_SECONDS * 20):
            if connection.execute(waiting).scalar_one():
                return
            tries.wait(0.05)
    raise AssertionError("nobody waits")


def test_neither_waits_for_the_other_for_ever(scratch_url: str, scratch_database: Database, tmp_path: Path) -> None:
    """The sign-up adds its account and then asks for the gallery, while an import has the same name: no deadlock."""
    source = write_people(tmp_path / "people", {"ada": 1, "bob": 2})
    statuses: list[int] = []
    importing = threading.Thread(target=lambda: statuses.append(import_(source).exit_code))
    with scratch_database.unit_of_work() as sign_up:
        add_person(sign_up.session, "ADA")
        importing.start()
        wait_until_somebody_waits(scratch_database)
        templates.lock_gallery(sign_up.session)
    importing.join(WAIT_SECONDS)
    assert statuses == [1]
    assert set(enrolled(scratch_database)) == {"ADA", "bob"}
    assert images_kept(read_settings().home) == images_known(scratch_database)


def test_a_user_who_signs_up_meanwhile_keeps_their_own_enrolment(
    scratch_url: str, scratch_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They sign up after the import has asked who is enrolled, and before it writes."""
    monkeypatch.setattr("service.transfer.command.prepare_earlier_models", lambda *_: {})
    services = service_of(read_settings(), create_database(scratch_url), MODEL_ID)
    look = services.engine.__class__.find_faces
    signed_up = threading.Event()

    def sign_up_first(self: object, image: object, **options: bool) -> object:
        if not signed_up.is_set():
            signed_up.set()
            people_sign_up(services, ["ada"])
        return look(self, image, **options)

    source = write_people(tmp_path / "people", {"ada": 1, "bob": 2})
    monkeypatch.setattr(type(services.engine), "find_faces", sign_up_first)
    result = import_(source, "--threads", "1")
    assert result.exit_code == 0, result.output
    assert "Enrolled: 1," in result.stdout
    assert "Skipped: 1 who were already enrolled." in result.stdout
    assert set(enrolled(scratch_database)) == {"ada", "bob"}
    assert images_kept(read_settings().home) == images_known(scratch_database)
    services.database.dispose()
