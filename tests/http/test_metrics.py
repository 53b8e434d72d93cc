"""The metrics, and who may read them."""

import logging
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from service.app import create_app
from service.gallery import gallery
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import MODEL_ID, FakeEngine, data_url, picture
from tests.http.conftest import Api, bearer, code_of

TOKEN = "a token of the monitoring"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def number(api: Api, name: str, **labels: str) -> float:
    """Returns the sum of a metric's samples with these labels."""
    text = api.client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


@pytest.fixture
def guarded(tmp_path: Path, database: Database, engine: FakeEngine) -> Api:
    """A service whose metrics require a token."""
    settings = Settings(home=tmp_path, metrics_token=TOKEN)
    return Api(create_app(settings, build_services(settings, database, engine)).test_client())


def test_requests_are_counted_by_route_method_and_status(api: Api) -> None:
    api.client.get("/web/styles/page.css")
    route = "/web/<any(account, console, docs, openid, pages, widget, styles, translations, images):folder>/<path:name>"
    assert number(api, "visage_requests_total", route=route, method="GET", status="200") == 1
    assert number(api, "visage_request_seconds_count", route=route) == 1


def test_invented_paths_and_methods_are_no_labels(api: Api) -> None:
    api.client.open("/made/up", method="BREW")
    assert number(api, "visage_requests_total", route="(nowhere)", method="(any)") == 1
    text = api.client.get("/metrics").text
    assert "made/up" not in text
    assert "BREW" not in text


def test_logins_by_face_are_counted_by_outcome_with_their_similarity(api: Api) -> None:
    api.store(person=1)
    api.recognize(person=1)
    api.recognize(person=2)
    assert number(api, "visage_face_logins_total", compared="gallery", outcome="matched") == 1
    assert number(api, "visage_face_logins_total", compared="gallery", outcome="unknown") == 1
    assert number(api, "visage_similarity_count", model=MODEL_ID, compared="gallery") == 2
    assert number(api, "visage_similarity_bucket", le="0.3", compared="gallery") == 1


def test_a_login_with_a_username_is_counted_apart(api: Api) -> None:
    api.store(person=1, username="ada")
    api.recognize(person=1, username="ada")
    assert number(api, "visage_face_logins_total", compared="person", outcome="matched") == 1
    assert number(api, "visage_similarity_count", compared="person") == 1


def test_the_metrics_name_nobody(api: Api) -> None:
    user = api.store(person=1, username="ada", email="ada@example.org").json["user"]
    api.recognize(person=1, username="ada")
    text = api.client.get("/metrics").text
    assert not [one for one in ("ada", user["id"]) if one in text]


def test_refusals_are_counted_by_their_code(api: Api) -> None:
    api.recognize(image=data_url(picture(faces=0)))
    assert number(api, "visage_errors_total", code="no_face") == 1


def test_the_stages_of_a_login_are_timed(api: Api) -> None:
    api.recognize()
    for stage in ("decode", "detect", "embed", "db"):
        assert number(api, "visage_stage_seconds_count", route="/user/facial/recognize", stage=stage) == 1


def test_the_gallery_and_its_cutoffs_are_shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "MAX_AGE_SECONDS", -1)
    api.store()
    assert number(api, "visage_gallery_people", model=MODEL_ID) == 1
    assert 0 < number(api, "visage_cutoff", model=MODEL_ID, compared="gallery") < 1
    assert number(api, "visage_model_info", model=MODEL_ID, use="enrolment") == 1
    assert number(api, "visage_index_present") == 0
    assert number(api, "visage_database_up") == 1


def test_a_database_that_is_away_is_shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: gallery.Gallery) -> None:
        raise DatabaseUnavailableError("away")

    monkeypatch.setattr(gallery.Gallery, "snapshot", away)
    assert number(api, "visage_database_up") == 0


def test_the_queue_is_empty_when_everything_is_answered(api: Api) -> None:
    api.login()
    assert number(api, "visage_queue_waiting") == 0
    assert number(api, "visage_slots_taken") == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
def test_callers_on_this_machine_may_read(api: Api, address: str) -> None:
    assert api.client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost", "LOCALHOST:8000"])
def test_they_may_read_by_an_address_of_this_machine(api: Api, host: str) -> None:
    assert api.client.get("/metrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.1:8000", "localhost.example"])
def test_a_site_whose_name_leads_to_this_machine_may_not_have_a_browser_read(api: Api, host: str) -> None:
    assert api.client.get("/metrics", headers={"Host": host}).status_code == 401


def test_a_malformed_host_is_a_bad_request(api: Api) -> None:
    assert api.client.get("/metrics", headers={"Host": "[::"}).status_code == 400


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "", "nonsense"])
def test_callers_from_elsewhere_are_refused(api: Api, address: str) -> None:
    response = api.client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})
    assert (response.status_code, code_of(response)) == (401, "token_missing")


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_a_client_behind_a_proxy_on_this_machine_is_not_local(api: Api, header: str) -> None:
    assert api.client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


@pytest.mark.parametrize("behind", [{"public_url": "https://login.example.org"}, {"trusted_proxies": "127.0.0.1"}])
def test_behind_a_proxy_nobody_is_taken_for_local(
    tmp_path: Path, database: Database, engine: FakeEngine, behind: dict[str, str]
) -> None:
    settings = Settings(home=tmp_path, **behind)
    client = create_app(settings, build_services(settings, database, engine)).test_client()
    assert client.get("/metrics").status_code == 401


def test_with_the_token_anybody_may_read(guarded: Api) -> None:
    response = guarded.client.get("/metrics", headers=bearer(TOKEN), environ_overrides=ELSEWHERE)
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(("headers", "code"), [({}, "token_missing"), (bearer("a guess"), "token_invalid")])
def test_where_a_token_is_set_local_callers_need_it_too(guarded: Api, headers: dict[str, str], code: str) -> None:
    response = guarded.client.get("/metrics", headers=headers)
    assert (response.status_code, code_of(response)) == (401, code)


def test_the_line_of_a_request_has_its_parts_as_fields(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="service.access"):
        api.client.get("/health/live")
    (record,) = caplog.records
    assert record.getMessage().startswith("GET /health/live 200 ")
    assert (record.route, record.status) == ("/health/live", 200)
