"""Everybody gets a template of a new model from their stored images, whatever happens meanwhile."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.core.engine import Database
from db.core.models import User
from embeddings.core.models import CARDS
from service.faces.facial_data import template_of
from service.images.keys import cipher_of
from service.reembedding.rounds import NOT_KEPT, LeftBehind
from service.services import Services
from service.settings.model import Settings
from tests.db.gallery import enrol, unit_vectors
from tests.fakes import picture, pictures
from tests.service.changing_models import (
    NEW,
    OLD,
    FakeEngineOf,
    document_of,
    people_sign_up,
    re_embed,
    service_of,
    sign_up,
    templates_of,
)


def images_of(settings: Settings, user_id: UUID) -> list[Path]:
    return sorted((settings.home / "images" / str(user_id)).rglob("*.*"))


def test_the_new_template_comes_beside_the_old_one(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])
    before = templates_of(scratch_database, ada)
    assert re_embed(settings, scratch_database).renewed == 1
    after = templates_of(scratch_database, ada)
    assert set(after) == {OLD, NEW}
    assert list(after[OLD]) == list(before[OLD])


def test_the_new_embeddings_take_the_place_of_the_old_and_the_rest_stays(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])
    before = document_of(scratch_database, ada)
    re_embed(settings, scratch_database)
    after = document_of(scratch_database, ada)
    assert (before["model"], after["model"]) == (OLD, NEW)
    assert [set(capture["embeddings"]) for capture in after["captures"]] == [{NEW}] * len(before["captures"])
    assert _without_embeddings(after) == _without_embeddings(before)


def _without_embeddings(document: dict[str, Any]) -> dict[str, Any]:
    captures = [{**capture, "embeddings": None} for capture in document["captures"]]
    return {**document, "model": None, "captures": captures}


def test_the_new_template_can_be_rebuilt_from_facial_data(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])
    re_embed(settings, scratch_database)
    rebuilt = template_of(document_of(scratch_database, ada), NEW)
    assert float(rebuilt @ templates_of(scratch_database, ada)[NEW]) > 0.9999


def test_facial_data_follows_a_change_back_to_a_model_whose_templates_still_exist(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    ada, *_ = people_sign_up(facenet_service, ["ada"])
    re_embed(settings, scratch_database)
    report = re_embed(settings, scratch_database, FakeEngineOf(OLD))
    assert (report.current, report.renewed) == (0, 1)
    rebuilt = template_of(document_of(scratch_database, ada), OLD)
    assert float(rebuilt @ templates_of(scratch_database, ada)[OLD]) > 0.9999


def test_five_captures_take_at_most_16_kilobytes_with_the_longest_vectors_too(
    settings: Settings, scratch_database: Database
) -> None:
    longest = max(CARDS, key=lambda model: model.dimension)
    sign_up(service_of(settings, scratch_database, longest.model_id), "ada", pictures(count=5))
    with scratch_database.unit_of_work() as work:
        assert work.session.scalar(select(func.pg_column_size(User.facial_data))) <= 16 * 1024


def test_people_with_a_template_of_the_model_are_skipped(
    settings: Settings, scratch_database: Database, facenet_service: Services
) -> None:
    people_sign_up(facenet_service, ["ada", "bob"])
    re_embed(settings, scratch_database)
    engine = FakeEngineOf(NEW)
    report = re_embed(settings, scratch_database, engine)
    assert (report.current, report.renewed, engine.looked_at) == (2, 0, 0)


def test_more_people_than_are_read_at_a_time_are_all_re_embedded(
    settings: Settings, scratch_database: Database, facenet_service: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.reembedding.rounds.BATCH", 2)
    people_sign_up(facenet_service, ["ada", "bob", "eve", "fay", "gus"])
    assert re_embed(settings, scratch_database).renewed == 5


def test_people_without_stored_images_are_listed_and_keep_the_old_template(
    settings: Settings, scratch_database: Database
) -> None:
    enrol(scratch_database, unit_vectors(1, seed=1), OLD)
    report = re_embed(settings, scratch_database)
    assert report.left_behind == [LeftBehind("p0", NOT_KEPT)]
    assert set(templates_of(scratch_database, UUID(int=0))) == {OLD}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda image, _: image.unlink(), "2.png is missing"),
        (lambda image, _: (image.unlink(), image.mkdir()), "2.png cannot be read"),
        (lambda _, replace: replace(picture()[:60]), "2.png cannot be read: "),
        (lambda _, replace: replace(picture(faces=0)), "no usable face is found in 2.png: no_face"),
        (lambda _, replace: replace(picture(faces=2)), "no usable face is found in 2.png: several_faces"),
    ],
    ids=["gone", "unreadable", "damaged", "no face", "two faces"],
)
def test_people_with_an_unusable_image_are_listed_with_the_reason(
    settings: Settings, scratch_database: Database, facenet_service: Services, spoil: Any, reason: str
) -> None:
    ada, _ = people_sign_up(facenet_service, ["ada", "bob"])
    before = document_of(scratch_database, ada)
    image = images_of(settings, ada)[1]
    place = str(image.relative_to(settings.images_folder))
    spoil(image, lambda data: image.write_bytes(cipher_of(settings)().seal(data, place)))
    report = re_embed(settings, scratch_database)
    assert [one.username for one in report.left_behind] == ["ada"]
    assert report.left_behind[0].reason.startswith(reason)
    assert report.renewed == 1
    assert set(templates_of(scratch_database, ada)) == {OLD}
    assert document_of(scratch_database, ada) == before
