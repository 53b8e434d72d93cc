"""Login by face over HTTP."""

import pytest

from db import templates, users
from db.engine import Database
from service.app import create_app
from service.services import build_services
from tests.fakes import data_url, person_vector, picture
from tests.http.conftest import Api, code_of
from tests.query_log import query_log


def test_a_match_answers_with_who_it_is_and_a_token(api: Api) -> None:
    stored = api.store(person=1).json
    body = api.recognize(person=1).json
    assert body["status"] == "matched"
    assert body["user"] == stored["user"]
    assert body["expires_in"] == 900
    assert api.me(body["access_token"]).json["amr"] == ["face"]


@pytest.mark.parametrize("fields", [{}, {"username": "ada"}])
def test_exactly_one_statement_reads_templates(api: Api, database: Database, fields: dict[str, str]) -> None:
    api.store(person=1, username="ada")
    with query_log(database) as log:
        api.recognize(person=1, **fields)
    assert len(log.reading("face_templates")) == 1
    assert not any("facial_data" in statement for statement in log)


def test_a_stranger_is_unknown_and_nobody_is_named(api: Api) -> None:
    api.store(person=1, username="ada")
    response = api.recognize(person=2)
    assert response.status_code == 200
    assert response.json == {
        "status": "unknown",
        "prompt": "login",
        "login_url": "/login",
        "message": "We could not tell who you are. Try again, or log in with your password.",
    }
    assert "Set-Cookie" not in response.headers


def test_with_nobody_enrolled_everybody_is_unknown(api: Api) -> None:
    assert api.recognize().json["status"] == "unknown"


def test_a_username_makes_it_a_comparison_with_that_person(api: Api) -> None:
    api.store(person=1, username="ada")
    api.store(person=2, username="bob")
    assert api.recognize(person=1, username="Ada").json["user"]["username"] == "ada"
    assert api.recognize(person=1, username="bob").json["status"] == "unknown"


def test_a_username_that_does_not_exist_gets_the_same_answer_as_a_wrong_face(api: Api) -> None:
    api.store(person=1, username="ada")
    assert api.recognize(person=2, username="nobody").json == api.recognize(person=2, username="ada").json


def test_two_people_too_close_to_tell_apart_are_unknown(api: Api, database) -> None:
    with database.unit_of_work() as work:
        for name in ("twin-a", "twin-b"):
            user = users.add_user(work.session, username=name, display_name=name, password_hash="-")
            templates.put(work.session, user.id, "facenet-casia-webface", person_vector(1))
    assert api.recognize(person=1).json["status"] == "unknown"
    assert api.recognize(person=1, username="twin-a").json["status"] == "matched"


def test_reasons_come_with_the_error(api: Api) -> None:
    response = api.recognize(image=data_url(picture(faces=2)))
    assert (response.status_code, code_of(response)) == (422, "several_faces")
    assert response.json["error"]["details"] == {
        "image_index": 0,
        "reasons": ["several_faces"],
        "images": [{"index": 0, "reasons": ["several_faces"]}],
        "retryable": True,
    }


def test_the_stages_are_told_only_when_asked_for(api: Api, settings, database, engine) -> None:
    timing_on = settings.model_copy(update={"server_timing": True})
    timed = Api(create_app(timing_on, build_services(timing_on, database, engine)).test_client())
    assert "Server-Timing" not in api.recognize().headers
    timing = timed.recognize().headers["Server-Timing"]
    assert [stage.split(";")[0] for stage in timing.split(", ")] == ["decode", "detect", "embed", "db"]
