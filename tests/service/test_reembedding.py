"""Everybody gets a template of a new model from their saved images, whatever happens meanwhile."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.models import User
from service.facial_data import template_of
from service.reembedding import NOT_KEPT, LeftBehind
from service.services import Services
from service.settings import Settings
from service.upkeep import Upkeep
from tests.db.gallery import enrol, unit_vectors
from tests.fakes import picture, pictures
from tests.service.changing_models import (
    NEW,
    OLD,
    FakeEngineOf,
    another_day,
    document_of,
    outdated,
    people_sign_up,
    re_embed,
    recognised,
    reembedder,
    service_of,
    sign_up,
    templates_of,
)


@pytest.fixture(autouse=True)
def idle_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread would outlive the database."""
    monkeypatch.setattr(Upkeep, "consider", lambda self: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, networks="facenet")


@pytest.fixture
def service(settings: Settings, scratch_database: Database) -> Services:
    """A service that enrols with the old model."""
    return service_of(settings, scratch_database, OLD)


def images_of(settings: Settings, user_id: UUID) -> list[Path]:
    return sorted((settings.home / "images" / str(user_id)).rglob("*.*"))


def test_the_new_template_comes_beside_the_old_one(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, *_ = people_sign_up(service, ["ada"])
    before = templates_of(scratch_database, ada)
    assert re_embed(settings, scratch_database).renewed == 1
    after = templates_of(scratch_database, ada)
    assert set(after) == {OLD, NEW}
    assert list(after[OLD]) == list(before[OLD])


def test_the_new_embeddings_take_the_place_of_the_old_and_the_rest_stays(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, *_ = people_sign_up(service, ["ada"])
    before = document_of(scratch_database, ada)
    re_embed(settings, scratch_database)
    after = document_of(scratch_database, ada)
    assert (before["model"], after["model"]) == (OLD, NEW)
    for old, new in zip(before["captures"], after["captures"], strict=True):
        assert set(new["embeddings"]) == set(old["embeddings"]) - {OLD} | {NEW}
        assert new["embeddings"]["dlib-resnet"] == old["embeddings"]["dlib-resnet"]
    assert _without_embeddings(after) == _without_embeddings(before)


def _without_embeddings(document: dict[str, Any]) -> dict[str, Any]:
    captures = [{**capture, "embeddings": None} for capture in document["captures"]]
    return {**document, "model": None, "captures": captures}


def test_the_new_template_can_be_rebuilt_from_facial_data(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, *_ = people_sign_up(service, ["ada"])
    re_embed(settings, scratch_database)
    rebuilt = template_of(document_of(scratch_database, ada), NEW)
    assert float(rebuilt @ templates_of(scratch_database, ada)[NEW]) > 0.9999


def test_five_captures_still_take_at_most_16_kilobytes(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    sign_up(service, "ada", pictures(count=5))
    re_embed(settings, scratch_database)
    with scratch_database.unit_of_work() as work:
        assert work.session.scalar(select(func.pg_column_size(User.facial_data))) <= 16 * 1024


def test_whoever_has_a_template_of_the_model_is_not_looked_at(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    people_sign_up(service, ["ada", "bob"])
    re_embed(settings, scratch_database)
    engine = FakeEngineOf(NEW)
    report = re_embed(settings, scratch_database, engine)
    assert (report.current, report.renewed, engine.looked_at) == (2, 0, 0)


def test_more_people_than_are_read_at_a_time_are_all_re_embedded(
    settings: Settings, scratch_database: Database, service: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.reembedding.BATCH", 2)
    people_sign_up(service, ["ada", "bob", "eve", "fay", "gus"])
    assert re_embed(settings, scratch_database).renewed == 5


def test_whoever_has_no_saved_images_is_listed_and_keeps_the_old_template(
    settings: Settings, scratch_database: Database
) -> None:
    enrol(scratch_database, unit_vectors(1, seed=1), OLD)
    report = re_embed(settings, scratch_database)
    assert report.left_behind == [LeftBehind("p0", NOT_KEPT)]
    assert set(templates_of(scratch_database, UUID(int=0))) == {OLD}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda image: image.unlink(), "2.png is not kept"),
        (lambda image: (image.unlink(), image.mkdir()), "2.png cannot be read"),
        (lambda image: image.write_bytes(picture()[:60]), "2.png cannot be read: "),
        (lambda image: image.write_bytes(picture(faces=0)), "no usable face is found in 2.png: no_face"),
        (lambda image: image.write_bytes(picture(faces=2)), "no usable face is found in 2.png: several_faces"),
    ],
    ids=["gone", "unreadable", "damaged", "no face", "two faces"],
)
def test_whoever_has_an_unusable_image_is_listed_with_the_reason(
    settings: Settings, scratch_database: Database, service: Services, spoil: Any, reason: str
) -> None:
    ada, _ = people_sign_up(service, ["ada", "bob"])
    before = document_of(scratch_database, ada)
    spoil(images_of(settings, ada)[1])
    report = re_embed(settings, scratch_database)
    assert [one.username for one in report.left_behind] == ["ada"]
    assert report.left_behind[0].reason.startswith(reason)
    assert report.renewed == 1
    assert set(templates_of(scratch_database, ada)) == {OLD}
    assert document_of(scratch_database, ada) == before


class _Interrupted(FakeEngineOf):
    """Somebody does something while their images are looked at."""

    def __init__(self, deed: Any) -> None:
        super().__init__(NEW)
        self._deed = deed

    def find_faces(self, image: Any) -> list[Any]:
        if not self.looked_at:
            self._deed()
        return super().find_faces(image)


def test_a_face_enrolled_again_meanwhile_stays(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, *_ = people_sign_up(service, ["ada"])

    def enrol_again() -> None:
        with scratch_database.unit_of_work() as work:
            service.enrolment.re_enrol(work, ada, pictures(person=5))

    report = re_embed(settings, scratch_database, _Interrupted(enrol_again))
    assert (report.changed, report.renewed, report.left_behind) == (1, 0, [])
    assert document_of(scratch_database, ada)["model"] == OLD
    assert recognised(service, another_day(5)) == "ada"


def test_a_face_erased_meanwhile_stays_erased(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, *_ = people_sign_up(service, ["ada"])

    def erase() -> None:
        with scratch_database.unit_of_work() as work:
            service.enrolment.erase(work, ada)

    report = re_embed(settings, scratch_database, _Interrupted(erase))
    assert (report.changed, report.left_behind) == (1, [])
    assert templates_of(scratch_database, ada) == {}


def test_an_account_erased_meanwhile_is_no_trouble(
    settings: Settings, scratch_database: Database, service: Services
) -> None:
    ada, _ = people_sign_up(service, ["ada", "bob"])

    def erase() -> None:
        with scratch_database.unit_of_work() as work:
            service.enrolment.erase_account(work, ada)

    report = re_embed(settings, scratch_database, _Interrupted(erase))
    assert (report.changed, report.renewed) == (1, 1)


def test_killed_at_work_it_loses_nothing_and_continues(
    settings: Settings, scratch_url: str, scratch_database: Database, service: Services
) -> None:
    people_sign_up(service, ["ada", "bob", "eve", "fay", "gus"])
    command = [sys.executable, "-m", "tests.service.reembedding_process", scratch_url, str(settings.home), "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()
    assert outdated(scratch_database) == 3
    report = re_embed(settings, scratch_database)
    assert (report.current, report.renewed) == (2, 3)
    assert outdated(scratch_database) == 0


@pytest.mark.parametrize("model_ids", [[OLD], [OLD, NEW], [NEW, OLD]], ids=["old", "old and new", "new and old"])
def test_everybody_is_recognised_before_it_in_the_middle_and_after(
    settings: Settings, scratch_database: Database, service: Services, model_ids: list[str]
) -> None:
    names = ["ada", "bob", "eve", "fay"]
    people_sign_up(service, names)
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
