"""Events during a re-embedding: logins, changed faces, and a kill."""

import subprocess
import sys
import time
from typing import Any

import pytest

from db.core.engine import Database
from db.queries.reembedding import sole_reembedding
from service.services import Services
from service.settings.model import Settings
from tests.fakes import pictures
from tests.service.changing_models import (
    NEW,
    OLD,
    FakeEngineOf,
    another_day,
    document_of,
    outdated,
    people_sign_up,
    re_embed,
    re_enrol,
    recognised,
    reembedder,
    service_of,
    templates_of,
)


class Interrupted(FakeEngineOf):
    """Calls a function while images are processed."""

    def __init__(self, deed: Any) -> None:
        super().__init__(NEW)
        self._deed = deed

    def find_faces(self, image: Any, *, thorough: bool = True, twice: bool = True) -> list[Any]:
        if not self.looked_at:
            self._deed()
        return super().find_faces(image, thorough=thorough, twice=twice)


def test_a_face_enrolled_again_meanwhile_stays(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])

    def enrol_again() -> None:
        with scratch_database.unit_of_work() as work:
            re_enrol(facenet_service, work, ada, pictures(person=5))

    report = re_embed(settings, scratch_database, Interrupted(enrol_again))
    assert (report.changed, report.renewed, report.left_behind) == (1, 0, [])
    assert document_of(scratch_database, ada)["model"] == OLD
    assert recognised(facenet_service, another_day(5)) == "ada"


def test_a_face_erased_meanwhile_stays_erased(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])

    def erase() -> None:
        with scratch_database.unit_of_work() as work:
            facenet_service.erasure.erase_face(work, ada)

    report = re_embed(settings, scratch_database, Interrupted(erase))
    assert (report.changed, report.left_behind) == (1, [])
    assert templates_of(scratch_database, ada) == {}


def test_an_account_erased_meanwhile_is_skipped(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, _ = people_sign_up(facenet_service, ["ada", "bob"])

    def erase() -> None:
        with scratch_database.unit_of_work() as work:
            facenet_service.erasure.erase_account(work, ada)

    report = re_embed(settings, scratch_database, Interrupted(erase))
    assert (report.changed, report.renewed) == (1, 1)


def may_reembed(database: Database) -> bool:
    with sole_reembedding(database) as mine:
        return mine


def test_killed_at_work_it_loses_nothing_and_continues(
    settings: Settings, scratch_url: str, scratch_database: Database, facenet_service: Services
) -> None:
    people_sign_up(facenet_service, ["ada", "bob", "eve", "fay", "gus"])
    command = [sys.executable, "-m", "tests.service.reembedding_process", scratch_url, str(settings.home), "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert not may_reembed(scratch_database)
        process.kill()
    deadline = time.monotonic() + 10
    while not may_reembed(scratch_database):
        assert time.monotonic() < deadline
    assert outdated(scratch_database) == 3
    report = re_embed(settings, scratch_database)
    assert (report.current, report.renewed) == (2, 3)
    assert outdated(scratch_database) == 0


@pytest.mark.parametrize("model_ids", [[OLD], [OLD, NEW], [NEW, OLD]], ids=["old", "old and new", "new and old"])
def test_everybody_is_recognised_before_it_in_the_middle_and_after(
    settings: Settings, scratch_database: Database, facenet_service: Services, model_ids: list[str]
) -> None:
    names = ["ada", "bob", "eve", "fay"]
    people_sign_up(facenet_service, names)
    searching = service_of(settings, scratch_database, *model_ids)

    def found() -> list[str | None]:
        return [recognised(searching, another_day(person)) for person in range(1, 6)]

    def confirmed() -> list[str | None]:
        return [recognised(searching, another_day(person), name) for person, name in enumerate(names, start=1)]

    assert found() == [*names, None]
    changing = reembedder(settings, scratch_database)
    for _ in changing.run(changing.begin()):
        assert found() == [*names, None]
        assert confirmed() == names
    assert outdated(scratch_database) == 0
