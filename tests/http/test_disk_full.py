"""If the disk is full at any single write, the answer asks to retry later, and nothing has changed."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.settings.model import Settings
from tests.full_disk import FullDisk
from tests.http.conftest import Api, bearer, code_of

CALLS = {
    "sign-up": lambda api, token: api.store(person=2, username="grace"),
    "re-enrolment": lambda api, token: api.re_enrol(token),
    "erasure of the face": lambda api, token: api.client.delete("/user/facial", headers=bearer(token)),
    "erasure of the account": lambda api, token: api.client.delete("/user/me", headers=bearer(token)),
}

FEWEST_WRITES = {"sign-up": 10, "re-enrolment": 10, "erasure of the face": 2, "erasure of the account": 2}
"""Three images, each opened and synced, and the note; an erasure writes only a note."""

IMAGES = 3
"""Images of each enrolled user."""

STATE = """
    SELECT username, facial_data::text, (SELECT count(*) FROM face_templates WHERE user_id = users.id) FROM users
    ORDER BY username
"""


def state(settings: Settings, database: Database) -> tuple[Any, Any]:
    """Returns all stored face data, without the two folders that stay."""
    root = settings.home / "images"
    files = {path for path in root.rglob("*") if path.is_file() or not any(path.iterdir())}
    with database.unit_of_work() as work:
        rows = [tuple(row) for row in work.session.execute(text(STATE))]
    return files - {root / ".staging", root / ".undecided"}, rows


@pytest.mark.parametrize("name", CALLS)
def test_a_disk_that_is_full_at_any_write_leaves_all_as_it_was(
    api: Api, settings: Settings, database: Database, name: str
) -> None:
    token = api.store(person=1, username="ada").json["access_token"]
    before = state(settings, database)
    for number in count():
        disk = FullDisk(settings.home / "images", number)
        with disk.mounted():
            response: TestResponse = CALLS[name](api, token)
        if response.status_code < 300:  # only writes were left that may fail
            break
        assert (response.status_code, code_of(response)) == (503, "storage_unavailable"), f"write {number}"
        assert int(response.headers["Retry-After"]) > 0
        assert state(settings, database) == before, f"write {number}"
    assert number >= FEWEST_WRITES[name]
    files, rows = state(settings, database)
    assert rows != before[1]
    assert len(files) == sum(IMAGES for _, document, _ in rows if document)


@pytest.mark.parametrize("table", ["users", "face_templates", "refresh_tokens"])
def test_a_database_without_room_is_answered_503(api: Api, settings: Settings, database: Database, table: str) -> None:
    api.store(person=1, username="ada")
    before = state(settings, database)
    with database.unit_of_work() as work:
        for statement in (
            "CREATE FUNCTION fill_up() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END$$",
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION fill_up()",
        ):
            work.session.execute(text(statement))
    response = api.store(person=2, username="grace")
    assert (response.status_code, code_of(response)) == (503, "database_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert state(settings, database) == before
