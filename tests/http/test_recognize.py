"""Login by face over HTTP."""

import re
from typing import Any
from uuid import uuid4

import pytest

from db.core.engine import Database
from db.queries import users
from db.search import templates
from db.search.templates import Candidate
from service.app import create_app
from service.domain.decision import Outcome, Verdict
from service.gallery.gallery import Snapshot
from service.services import build_services
from tests.fakes import MODEL_ID, data_url, person_vector, picture
from tests.http.conftest import Api, code_of
from tests.query_log import query_log

CLEAR, GOOD = 20, 50
"""Percent of noise in a photograph at its best, and in an ordinary one, whose cosine to the template is 0.86."""

FAINT, FAINTLY_ALIKE = 130, 110
"""Noise of three enrolled photographs, and of two with a cosine of 0.5 to their template: too little for a match."""

POOR = 180
"""A cosine of 0.47: too little for any match, but enough to be the same person as in the clear photograph."""


def test_a_match_answers_with_who_it_is_and_a_token(api: Api) -> None:
    stored = api.store(person=1).json
    body = api.recognize(person=1).json
    assert body["status"] == "matched"
    assert body["user"] == stored["user"]
    assert body["expires_in"] == 900
    assert api.me(body["access_token"]).json["amr"] == ["face"]


def photographs(person: int = 1, *noises: int) -> list[str]:
    """Returns photographs that were not enrolled, one for each noise."""
    return [data_url(picture(person, take=take, noise=noise)) for take, noise in enumerate(noises, start=77)]


@pytest.mark.parametrize("images", [{}, {"images": photographs(1, GOOD, GOOD, GOOD)}])
@pytest.mark.parametrize("username", [{}, {"username": "ada"}])
def test_exactly_one_statement_reads_templates(
    api: Api, database: Database, images: dict[str, Any], username: dict[str, str]
) -> None:
    api.store(person=1, username="ada")
    with query_log(database) as log:
        assert api.recognize(person=1, **images, **username).json["status"] == "matched"
    assert len(log.reading("face_templates")) == 1
    assert not any("facial_data" in statement.replace("facial_data IS NOT NULL", "") for statement in log)


def test_a_login_takes_no_more_than_its_limit_the_search_and_the_session(api: Api, database: Database) -> None:
    api.store(person=1)
    with query_log(database) as log:
        api.recognize(person=1)
    telling = r"ivfflat.probes|<=>|SAVEPOINT|INSERT INTO \w+|UPDATE (?!SET)\w+"
    assert [what for one in log for what in re.findall(telling, one)] == [
        "INSERT INTO rate_limits",  # of the address
        "INSERT INTO rate_limits",  # of all clients, in the same statement
        "SAVEPOINT",
        "ivfflat.probes",
        "<=>",  # with the line before sent at once
        "INSERT INTO audit_events",
        "INSERT INTO refresh_tokens",
        "UPDATE users",  # these three in one statement
        "SAVEPOINT",
        "UPDATE rate_limits",  # of the address
        "UPDATE rate_limits",  # of all clients
    ]
    assert len(log) == 7


def test_an_account_that_is_erased_in_the_middle_of_its_login_is_unknown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased = Candidate(MODEL_ID, uuid4(), "ada", "Ada", similarity=1.0)
    monkeypatch.setattr(Snapshot, "identify", lambda *_: Verdict(Outcome.MATCHED, erased))
    response = api.recognize()
    assert (response.status_code, response.json["status"]) == (200, "unknown")
    assert "Set-Cookie" not in response.headers


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


@pytest.mark.parametrize("username", [{}, {"username": "ada"}])
def test_a_poor_capture_is_made_up_for_by_a_clear_one(api: Api, username: dict[str, str]) -> None:
    poor, clear = photographs(1, POOR, CLEAR)
    api.store(person=1, username="ada")
    assert api.recognize(image=poor, **username).json["status"] == "unknown"
    assert api.recognize(images=[poor, clear], **username).json["status"] == "matched"


def test_captures_that_fail_alone_do_not_pass_together(api: Api) -> None:
    *enrolled, one, other = photographs(1, *[FAINT] * 3, *[FAINTLY_ALIKE] * 2)
    api.store(images=enrolled, username="ada")
    for images in ([one], [other], [one, other]):
        assert api.recognize(images=images, username="ada").json["status"] == "unknown"


def test_three_captures_of_a_stranger_are_unknown(api: Api) -> None:
    api.store(person=1, username="ada")
    stranger = photographs(2, GOOD, GOOD, GOOD)
    assert api.recognize(images=stranger).json["status"] == "unknown"
    assert api.recognize(images=stranger, username="ada").json["status"] == "unknown"


def test_captures_of_different_people_are_refused(api: Api) -> None:
    one, other = photographs(1, GOOD, GOOD), photographs(2, GOOD)
    for images, strangers in (([*one, *other], [2]), ([one[0], *other], [0, 1])):
        response = api.recognize(images=images)
        assert (response.status_code, code_of(response)) == (422, "different_people")
        named = [{"index": index, "reasons": ["different_people"]} for index in strangers]
        assert response.json["error"]["details"]["images"] == named


def test_each_capture_that_cannot_be_used_is_named(api: Api) -> None:
    images = [data_url(picture(faces=0)), data_url(picture()), data_url(picture(brightness=5))]
    response = api.recognize(images=images)
    assert (response.status_code, code_of(response)) == (422, "no_face")
    assert response.json["error"]["details"]["images"] == [
        {"index": 0, "reasons": ["no_face"]},
        {"index": 2, "reasons": ["face_too_dark"]},
    ]


def test_two_people_within_the_margin_are_unknown(api: Api, database) -> None:
    with database.unit_of_work() as work:
        for name in ("twin-a", "twin-b"):
            user = users.add_user(work.session, username=name, display_name=name, password_hash="-", facial_data={})
            templates.put(work.session, user.id, MODEL_ID, person_vector(1))
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


def test_the_stages_are_timed_only_if_the_settings_say_so(api: Api, settings, database, engine) -> None:
    timing_on = settings.model_copy(update={"server_timing": True})
    timed = Api(create_app(timing_on, build_services(timing_on, database, engine)).test_client())
    assert "Server-Timing" not in api.recognize().headers
    for fields in ({}, {"images": photographs(1, GOOD, GOOD)}):
        timing = timed.recognize(**fields).headers["Server-Timing"]
        assert [stage.split(";")[0] for stage in timing.split(", ")] == ["decode", "detect", "embed", "db"]
