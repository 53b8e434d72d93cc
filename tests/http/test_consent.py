"""The consent text over HTTP, and the record of a consent."""

from typing import Any

import pytest
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import FaceTemplate
from service.settings.model import Settings
from tests.http.conftest import PASSWORD, Api, bearer, code_of


def recorded(api: Api, **fields: Any) -> dict[str, str]:
    """Returns the stored consent of a sign-up."""
    consent: dict[str, str] = api.store(**fields).json["facial_data"]["consent"]
    return consent


def test_the_text_is_returned_in_the_requested_language(api: Api, settings: Settings) -> None:
    told = api.client.get("/user/facial/consent?language=de-AT").json
    assert told == {
        "version": settings.consent.version,
        "language": "de",
        "text": settings.consent.texts["de"],
    }


def test_without_a_language_the_words_are_english(api: Api) -> None:
    assert api.client.get("/user/facial/consent").json["language"] == "en"


def test_a_sign_up_records_what_was_consented_to(api: Api, settings: Settings) -> None:
    consent = recorded(api, consent_version=settings.consent.version, consent_language="de")
    assert (consent["version"], consent["language"]) == (settings.consent.version, "de")
    assert consent["at"].endswith("+00:00")


def test_a_sign_up_that_names_no_words_records_the_present_version(api: Api, settings: Settings) -> None:
    consent = recorded(api)
    assert set(consent) == {"version", "at"}
    assert consent["version"] == settings.consent.version


def test_a_new_enrolment_records_a_new_consent(api: Api) -> None:
    before = recorded(api, consent_language="de")
    api.re_enrol(api.login().json["access_token"], consent_language="ja")
    token = api.login().json["access_token"]
    after = api.client.get("/user/facial", headers=bearer(token)).json["facial_data"]["consent"]
    assert (before["language"], after["language"]) == ("de", "ja")
    assert before["at"] < after["at"]


def test_the_template_says_what_was_consented_to(api: Api, database: Database) -> None:
    recorded(api)
    consent = api.re_enrol(api.login().json["access_token"]).json["facial_data"]["consent"]
    with database.unit_of_work() as work:
        row = work.session.execute(select(FaceTemplate.consent_version, FaceTemplate.consented_at)).one()
    assert (row.consent_version, row.consented_at.isoformat()) == (consent["version"], consent["at"])


@pytest.mark.parametrize("words", [{"consent_version": "2020-01"}, {"consent_language": "tlh"}])
def test_a_consent_to_another_text_is_refused(api: Api, words: dict[str, str]) -> None:
    refused = api.store(**words)
    assert (refused.status_code, code_of(refused)) == (409, "consent_outdated")
    assert api.login("ada", PASSWORD).status_code == 401
