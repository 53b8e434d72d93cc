"""If sign-up is by invitation, each invitation signs up one user once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from db.core.engine import Database
from db.core.models import Invitation, User
from service.settings.model import Settings
from tests.fakes import FakeEngine
from tests.http.application import TOKEN, invitation
from tests.http.conftest import Api, code_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path, max_request_mb=1, max_megapixels=1, signup="invite", application_token=SecretStr(TOKEN)
    )


def people(database: Database) -> int:
    with database.unit_of_work() as work:
        return work.session.scalar(select(func.count()).select_from(User)) or 0


def test_an_invitation_signs_one_person_up_once(api: Api) -> None:
    token = invitation(api)
    assert api.store(1, "ada", invitation=token).status_code == 201
    second = api.store(2, "bob", invitation=token)
    assert (second.status_code, code_of(second)) == (410, "invitation_invalid")


def test_without_one_nobody_signs_up_and_no_face_is_looked_at(
    api: Api, engine: FakeEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find_faces", lambda *_, **__: pytest.fail("a face was looked at"))
    assert (api.store().status_code, code_of(api.store())) == (403, "invitation_required")
    assert code_of(api.store(invitation="invented")) == "invitation_invalid"
    assert people(database) == 0


@pytest.mark.parametrize(
    ("bounds", "claimed", "admitted"),
    [
        ({"username": "ada"}, {"username": "ADA"}, True),
        ({"username": "Straße"}, {"username": "STRASSE"}, True),
        ({"username": "ada"}, {"username": "bob"}, False),
        ({"email": "ada@example.org"}, {"email": "Ada@Example.org"}, True),
        ({"email": "ada@example.org"}, {"email": "bob@example.org"}, False),
        ({"email": "ada@example.org"}, {}, False),
    ],
)
def test_an_invitation_is_valid_for_the_username_and_email_that_it_names(
    api: Api, bounds: dict[str, str], claimed: dict[str, str], admitted: bool
) -> None:
    response = api.store(invitation=invitation(api, **bounds), **claimed)
    assert response.status_code == (201 if admitted else 410)


def test_a_sign_up_that_fails_spends_nothing(api: Api) -> None:
    first, second = invitation(api), invitation(api)
    api.store(1, "ada", invitation=first)
    assert code_of(api.store(2, "ada", invitation=second)) == "username_taken"
    assert code_of(api.store(1, "bob", invitation=second)) == "face_already_enrolled"
    assert api.store(2, "bob", invitation=second).status_code == 201


def test_an_expired_invitation_is_refused(api: Api, database: Database) -> None:
    token = invitation(api)
    with database.unit_of_work() as work:
        work.session.execute(update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert code_of(api.store(invitation=token)) == "invitation_invalid"


def test_a_user_with_an_account_needs_no_invitation_to_enrol_again(api: Api) -> None:
    token = api.store(1, "ada", invitation=invitation(api)).json["access_token"]
    assert api.re_enrol(token).status_code == 201
