"""For every input the status is correct, errors have the standard format, and nothing incomplete is stored."""

import base64
import gzip
import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import jwt
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import func, select, text

from db.core.engine import Database, create_database
from db.core.models import FaceTemplate, User
from service.app import create_app
from service.http.error_table import TABLE
from service.http.schemas import SMALL_BODY
from service.services import build_services
from service.settings.model import Settings
from tests.db.test_unit_of_work import FAILING_COMMIT
from tests.fakes import FakeEngine, data_url, picture, pictures
from tests.http.conftest import PASSWORD, Api, bearer, claims, code_of, signed

GOOD = {"username": "ada", "password": PASSWORD, "images": pictures(), "consent": True}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


def with_image(image: Any) -> dict[str, Any]:
    return {**GOOD, "images": [*pictures(count=2), image]}


def jpeg() -> bytes:
    done, data = cv2.imencode(".jpg", np.full((60, 80, 3), 90, np.uint8))
    assert done
    return data.tobytes()


def png_header(width: int, height: int) -> bytes:
    """Returns a PNG of a few bytes that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


def wrong_checksum(png: bytes) -> bytes:
    """Returns the PNG with a picture that does not match its checksum."""
    end = png.index(b"\0\0\0\0IEND")
    return png[: end - 1] + bytes([png[end - 1] ^ 1]) + png[end:]


STORE = "/user/facial/store"

BAD_BODIES = [
    pytest.param(b"not json", 400, "malformed_json", id="not JSON"),
    pytest.param(b"", 400, "malformed_json", id="no body"),
    pytest.param(b"\xff\xfe{}", 400, "malformed_json", id="not UTF-8"),
    pytest.param(b"[" * 100_000, 400, "malformed_json", id="deeply nested"),
    pytest.param(b"[]", 400, "invalid_request", id="a list"),
    pytest.param(b"null", 400, "invalid_request", id="null"),
    pytest.param({**GOOD, "images": "abc"}, 400, "invalid_request", id="images is a string"),
    pytest.param({**GOOD, "images": [1, 2, 3]}, 400, "invalid_request", id="images are numbers"),
    pytest.param({**GOOD, "images": pictures(count=2)}, 400, "invalid_request", id="too few images"),
    pytest.param({**GOOD, "images": pictures(count=9)}, 400, "invalid_request", id="too many images"),
    pytest.param({**GOOD, "username": 7}, 400, "invalid_request", id="username is a number"),
    pytest.param({**GOOD, "username": "a"}, 400, "invalid_request", id="username too short"),
    pytest.param({**GOOD, "username": "a b"}, 400, "invalid_request", id="username with a space"),
    pytest.param({**GOOD, "username": "ada\u0000"}, 400, "invalid_request", id="username with NUL"),
    pytest.param({**GOOD, "display_name": "a\u0000b"}, 400, "invalid_request", id="display name with NUL"),
    pytest.param(json.dumps(GOOD).replace("ada", "\\ud800").encode(), 400, "malformed_json", id="lone surrogate"),
    pytest.param({**GOOD, "password": "short"}, 400, "invalid_request", id="password too short"),
    pytest.param({**GOOD, "email": "nonsense"}, 400, "invalid_request", id="email that is none"),
    pytest.param({**GOOD, "is_admin": True}, 400, "invalid_request", id="unknown field"),
    pytest.param(without("username", "images"), 400, "invalid_request", id="missing fields"),
    pytest.param(without("consent"), 400, "consent_required", id="no consent"),
    pytest.param({**GOOD, "consent": False}, 400, "consent_required", id="consent refused"),
    pytest.param({**GOOD, "consent": "true"}, 400, "consent_required", id="consent is a string"),
    pytest.param({**GOOD, "consent": 1}, 400, "consent_required", id="consent is 1"),
    pytest.param({**GOOD, "consent": 1.0}, 400, "consent_required", id="consent is 1.0"),
    pytest.param({**GOOD, "consent": [True]}, 400, "consent_required", id="consent is a list"),
    pytest.param({**GOOD, "consent": None}, 400, "consent_required", id="consent is null"),
    pytest.param(with_image("!!! not base64 !!!"), 400, "image_not_base64", id="not base64"),
    pytest.param(with_image("data:image/png,abc"), 400, "image_not_base64", id="data URL that isn't base64"),
    pytest.param(with_image(""), 400, "image_empty", id="no bytes"),
    pytest.param(with_image("data:image/png;base64,"), 400, "image_empty", id="data URL without bytes"),
    pytest.param(with_image(data_url(b"hello, world")), 415, "image_not_supported", id="not an image"),
    pytest.param(with_image(data_url(b"GIF89a" + bytes(40))), 415, "image_not_supported", id="a GIF"),
    pytest.param(with_image(data_url(wrong_checksum(picture()))), 415, "image_damaged", id="damaged PNG"),
    pytest.param(with_image(data_url(jpeg()[:-30])), 415, "image_truncated", id="truncated JPEG"),
    pytest.param(with_image(data_url(picture()[:-20])), 415, "image_truncated", id="truncated PNG"),
    pytest.param(with_image(data_url(png_header(30_000, 30_000))), 413, "image_too_large", id="30,000 x 30,000 pixels"),
    pytest.param(with_image(data_url(picture(faces=0))), 422, "no_face", id="no face"),
    pytest.param(with_image(data_url(picture(faces=2))), 422, "several_faces", id="two faces"),
    pytest.param(with_image(data_url(picture(brightness=5))), 422, "face_too_dark", id="too dark"),
    pytest.param(with_image(data_url(picture(yaw=70))), 422, "face_turned_away", id="turned away"),
    pytest.param(with_image(data_url(picture(person=2))), 422, "different_people", id="different people"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
def test_a_bad_sign_up_has_its_own_status_and_stores_nothing(
    api: Api, settings: Settings, database: Database, body: Any, status: int, code: str
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body)
    response = api.client.post(STORE, data=data, content_type="application/json")
    assert (response.status_code, code_of(response)) == (status, code)
    assert_nothing_stored(settings, database)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1],
        {"image": 5},
        {"image": "x", "username": ""},
        {"image": "x", "more": 1},
        {"image": "x", "images": ["x"]},
        {"image": None, "images": None},
        {"images": "x"},
        {"images": []},
        {"images": ["x"] * 4},
    ],
)
def test_a_malformed_recognition_is_refused(api: Api, body: Any) -> None:
    response = api.client.post("/user/facial/recognize", json=body)
    assert (response.status_code, code_of(response)) == (400, "invalid_request")


def test_fields_are_named_and_values_never_repeated(api: Api) -> None:
    response = api.store(password="secret99")
    assert set(response.json["error"]["details"]["fields"]) == {"password"}
    assert "secret99" not in response.text


def test_a_recognition_says_that_it_needs_one_of_three_fields(api: Api) -> None:
    response = api.client.post("/user/facial/recognize", json={"username": "ada"})
    assert response.json["error"]["details"]["fields"] == {"body": "needs either image or images or frames"}


def test_unknown_fields_are_not_named_back(api: Api) -> None:
    response = api.store(**{"<b>surprise</b>": 1})
    assert response.json["error"]["details"]["fields"]["body"].startswith("has an unknown field; the fields are nonce,")
    assert "surprise" not in response.text


def test_too_few_images_and_missing_fields_are_named_in_plain_words(api: Api) -> None:
    response = api.client.post(STORE, json={**without("username"), "images": pictures(count=2)})
    told = {"images": "Send at least 3 images.", "username": "is missing"}
    assert response.json["error"]["details"]["fields"] == told


def test_a_text_of_the_wrong_form_is_told_in_plain_words(api: Api) -> None:
    response = api.client.post(STORE, json={**GOOD, "email": "ada", "display_name": " ", "invitation": ""})
    told = {"email": "has the wrong form", "display_name": "must not be empty", "invitation": "must not be empty"}
    assert response.json["error"]["details"]["fields"] == told


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"images": [1] * 100_000}, id="a hundred thousand members"),
        pytest.param({"username": "\ufdfa" * 10_000}, id="a text that grows when it is normalised"),
    ],
)
def test_a_body_that_is_expensive_to_check_is_refused_at_once(api: Api, body: dict[str, Any]) -> None:
    response = api.client.post("/user/facial/recognize", json=body)
    assert (response.status_code, code_of(response)) == (400, "invalid_request")
    assert len(response.data) < 2_000


def test_a_long_body_of_a_password_login_is_refused(api: Api) -> None:
    response = api.login("ada", "x" * 20_000)
    assert (response.status_code, code_of(response)) == (413, "request_too_large")


def test_a_bad_image_is_named_by_its_number(api: Api) -> None:
    response = api.client.post(STORE, json=with_image(data_url(b"hello")))
    assert response.json["error"]["details"]["image_index"] == 2


def test_the_error_for_too_many_pixels_states_the_limit(api: Api, settings: Settings) -> None:
    response = api.client.post(STORE, json=with_image(data_url(png_header(3_000, 2_000))))
    details = response.json["error"]["details"]
    assert details == {
        "image_index": 2,
        "pixels": 6_000_000,
        "max_pixels": settings.max_pixels,
        "retryable": False,
    }


@pytest.mark.parametrize(("path", "limit"), [("/user/login", SMALL_BODY), (STORE, 1 << 20)])
def test_the_error_for_a_body_that_is_too_long_states_the_limit(api: Api, path: str, limit: int) -> None:
    response = api.client.post(path, json={"image": "x" * limit})
    assert response.json["error"]["details"]["max_bytes"] == limit


def test_a_body_that_is_not_declared_as_json_is_refused(api: Api) -> None:
    response = api.client.post(STORE, data=json.dumps(GOOD), content_type="text/plain")
    assert (response.status_code, code_of(response)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate, identity", "x"])
def test_a_body_with_a_content_encoding_is_refused(api: Api, coding: str) -> None:
    data = gzip.compress(json.dumps(GOOD).encode())
    headers = {"Content-Encoding": coding}
    response = api.client.post(STORE, data=data, content_type="application/json", headers=headers)
    assert (response.status_code, code_of(response)) == (415, "unsupported_encoding")
    assert response.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_a_body_with_the_encoding_identity_is_accepted(api: Api, coding: str) -> None:
    response = api.client.post(STORE, json=GOOD, headers={"Content-Encoding": coding})
    assert response.status_code == 201


def test_a_body_over_the_limit_is_refused(api: Api, settings: Settings, database: Database) -> None:
    image = base64.b64encode(bytes(settings.max_request_mb << 20)).decode()
    response = api.client.post(STORE, json=with_image(image))
    assert (response.status_code, code_of(response)) == (413, "request_too_large")
    assert_nothing_stored(settings, database)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/web/__init__.py", 404, "not_found"),
        ("GET", "/web/widget/../../pyproject.toml", 404, "not_found"),
        ("GET", "/user/facial/store", 405, "method_not_allowed"),
        ("DELETE", "/user/login", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_and_methods_have_their_own_errors(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    response = api.client.open(path, method=method)
    assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "token_missing"), ("x", "token_invalid"), ("forged", "token_invalid"), ("expired", "token_expired")],
)
def test_a_bad_token_never_turns_into_a_sign_up(
    api: Api, app: Flask, settings: Settings, database: Database, token: str, code: str
) -> None:
    tokens = {
        "forged": jwt.encode(claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        "expired": signed(app, claims(exp=datetime.now(UTC) - timedelta(minutes=1))),
    }
    response = api.client.post(STORE, json=GOOD, headers=bearer(tokens.get(token, token)))
    assert (response.status_code, code_of(response)) == (401, code)
    assert_nothing_stored(settings, database)


@pytest.fixture
def api_without_database(settings: Settings, engine: FakeEngine, tmp_path: Path) -> Api:
    away = create_database(f"postgresql:///visage?host={tmp_path}")
    return Api(create_app(settings, build_services(settings, away, engine)).test_client())


@pytest.mark.parametrize("call", ["store", "recognize", "login"])
def test_without_the_database_every_call_is_answered_503(
    api_without_database: Api, settings: Settings, call: str
) -> None:
    response = getattr(api_without_database, call)()
    assert (response.status_code, code_of(response)) == (503, "database_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert not files_in(settings)
    assert api_without_database.client.get("/health/ready").status_code == 503
    assert api_without_database.client.get("/health/live").status_code == 200


def test_a_commit_that_fails_takes_the_images_along(
    settings: Settings, scratch_database: Database, engine: FakeEngine
) -> None:
    with scratch_database.unit_of_work() as work:
        for statement in FAILING_COMMIT:
            work.session.execute(text(statement))
    api = Api(create_app(settings, build_services(settings, scratch_database, engine)).test_client())
    assert api.store().status_code == 500
    assert_nothing_stored(settings, scratch_database)


def test_an_internal_error_shows_no_details(api: Api, engine: FakeEngine, monkeypatch: Any) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(engine, "find_faces", broken)
    response = api.recognize()
    assert (response.status_code, code_of(response)) == (500, "internal")
    assert "inside" not in response.text


def test_every_entry_of_the_table_has_a_status_and_a_sentence() -> None:
    assert all(400 <= entry.status < 600 and entry.message.endswith(".") for entry in TABLE.values())


def assert_nothing_stored(settings: Settings, database: Database) -> None:
    with database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(User)) == 0
        assert work.session.scalar(select(func.count()).select_from(FaceTemplate)) == 0
    assert not files_in(settings)


def files_in(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "images").rglob("*") if path.is_file()]
