"""An identity provider compares two pictures, as Casdoor's "Local UniFace" provider does (casdoor/faceId)."""

import base64
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from db.core.engine import Database
from db.core.models import AuditEvent, FaceTemplate, User
from service.http.context import EXTENSION
from service.settings.model import Settings
from tests.fakes import data_url, picture
from tests.http.conftest import Api, bearer, code_of

TOKEN = "the token for comparisons, 32 characters"
APPLICATION = "the application's token, 32 characters"

TABLES = (User, FaceTemplate, AuditEvent)


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    changes = getattr(request, "param", {"compare_token": SecretStr(TOKEN)})
    return Settings(home=tmp_path, max_request_mb=1, max_megapixels=1, **changes)


def compare(
    api: Api, first: bytes | str, second: bytes | str, headers: dict[str, str] | None = None, **more: Any
) -> TestResponse:
    """Sends the pictures as Casdoor does: the camera's as a data URL, the stored one as plain base64."""
    body = {
        "imageA": data_url(first) if isinstance(first, bytes) else first,
        "imageB": base64.b64encode(second).decode() if isinstance(second, bytes) else second,
        **more,
    }
    return api.client.post("/v1/compare", json=body, headers=bearer(TOKEN) if headers is None else headers)


def rows(database: Database) -> list[int]:
    with database.unit_of_work() as work:
        return [work.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_two_pictures_of_one_person_match(api: Api) -> None:
    answer = compare(api, picture(1, take=1), picture(1, take=2))
    assert answer.status_code == 200
    assert set(answer.json) == {"matched", "score", "threshold", "reason", "detail"}
    assert (answer.json["matched"], answer.json["reason"]) == (True, "same_person")
    assert answer.json["score"] > answer.json["threshold"]


def test_pictures_of_two_people_do_not_match(api: Api) -> None:
    answer = compare(api, picture(1), picture(2))
    assert answer.status_code == 200
    assert (answer.json["matched"], answer.json["reason"]) == (False, "different_people")
    assert answer.json["score"] < answer.json["threshold"]


def test_the_cut_off_is_that_of_a_comparison_with_one_user(api: Api) -> None:
    snapshot = api.client.application.extensions[EXTENSION].gallery.snapshot()
    cutoff = snapshot.models[snapshot.main].decision.verify_cutoff
    assert compare(api, picture(1), picture(2)).json["threshold"] == pytest.approx(cutoff, abs=1e-4)


@pytest.mark.parametrize(("faces", "code"), [(0, "no_face"), (2, "several_faces")])
@pytest.mark.parametrize("place", [0, 1])
def test_an_error_names_the_picture(api: Api, faces: int, code: str, place: int) -> None:
    pair = [picture(1), picture(1)]
    pair[place] = picture(1, faces=faces)
    answer = compare(api, *pair)
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert answer.json["error"]["details"]["image_index"] == place


@pytest.mark.parametrize(
    ("second", "status", "code"),
    [("?", 400, "image_not_base64"), ("", 400, "image_empty"), (b"GIF89a, no picture", 415, "image_not_supported")],
)
def test_an_invalid_picture_is_an_error_that_names_it(api: Api, second: bytes | str, status: int, code: str) -> None:
    answer = compare(api, picture(1), second)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.json["error"]["details"]["image_index"] == 1


@pytest.mark.parametrize("settings", [{}, {"application_token": SecretStr(APPLICATION)}], indirect=True)
def test_without_a_token_in_the_settings_the_call_is_not_found(api: Api) -> None:
    for headers in ({}, bearer(TOKEN), bearer(APPLICATION)):
        assert code_of(compare(api, picture(1), picture(1), headers)) == "not_found"


@pytest.mark.parametrize(
    "settings",
    [{"compare_token": SecretStr(TOKEN), "application_token": SecretStr(APPLICATION)}],
    indirect=True,
)
def test_another_token_is_refused(api: Api) -> None:
    own = api.store(username="ada").json["access_token"]
    for token in (own, APPLICATION, TOKEN[:-1], f"{TOKEN}x", "é" * 32):
        answer = compare(api, picture(1), picture(1), bearer(token))
        assert (answer.status_code, code_of(answer)) == (401, "token_invalid")
    assert code_of(compare(api, picture(1), picture(1), {})) == "token_missing"


def test_the_token_for_comparisons_opens_no_other_call(api: Api) -> None:
    assert code_of(api.client.post("/application/invitations", json={}, headers=bearer(TOKEN))) == "not_found"
    assert code_of(api.me(TOKEN)) == "token_invalid"


def test_nothing_is_stored(api: Api, database: Database, settings: Settings) -> None:
    before = rows(database)
    compare(api, picture(1, take=1), picture(1, take=2))
    assert rows(database) == before
    assert not list((settings.home / "images").rglob("*.*"))


def test_no_picture_and_no_vector_is_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    compare(api, picture(1, take=1), picture(2, take=2))
    told = " ".join(record.getMessage() for record in caplog.records)
    assert "comparison: unknown" in told
    assert base64.b64encode(picture(1, take=1)).decode()[:40] not in told
    assert "0." not in told.partition("comparison")[2]


def test_enrolled_people_do_not_matter(api: Api) -> None:
    before = compare(api, picture(1), picture(2)).json
    api.store(person=1, username="ada")
    assert compare(api, picture(1), picture(2)).json["score"] == before["score"]


@pytest.mark.parametrize(
    "settings",
    [{"compare_token": SecretStr(TOKEN), "limit_compare": "address=2/hour"}],
    indirect=True,
)
def test_comparisons_are_limited(api: Api) -> None:
    assert [compare(api, picture(1), picture(1)).status_code for _ in range(3)] == [200, 200, 429]


def test_comparisons_are_counted_by_outcome(api: Api) -> None:
    compare(api, picture(1), picture(1, take=1))
    compare(api, picture(1), picture(2))
    metrics = api.client.get("/metrics").text
    assert 'visage_comparisons_total{outcome="matched"} 1.0' in metrics
    assert 'visage_comparisons_total{outcome="unknown"} 1.0' in metrics


@pytest.mark.parametrize("more", [{"image": "x"}, {"imageB": 1}, {"imageB": None}])
def test_another_body_is_an_error_that_names_the_fields(api: Api, more: dict[str, Any]) -> None:
    answer = compare(api, picture(1), picture(1), **more)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_request")
    (field, words), *_ = answer.json["error"]["details"]["fields"].items()
    assert (field, words) == ("body", "has an unknown field; the fields are imageA, imageB") or field == "imageB"
