"""A password login says whether the user's face still logs them in."""

import pytest

from db.core.engine import Database
from db.queries import users
from db.search import templates
from tests.db.gallery import unit_vectors
from tests.fakes import MODEL_ID
from tests.http.conftest import PASSWORD, Api, bearer

OTHER_MODEL = "facenet-vggface2"


def outdate(database: Database, username: str = "ada") -> None:
    """Leaves a user with only a template of another model."""
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, username)
        assert user is not None
        templates.delete(work.session, user.id, MODEL_ID)
        templates.put(work.session, user.id, OTHER_MODEL, unit_vectors(1, seed=1)[0])


def face_of(api: Api) -> str:
    """Returns the face state in the answers to a password login and to a later query, which are equal."""
    login = api.login("ada").json
    me = api.me(login["access_token"]).json
    assert login["user"]["face"] == me["user"]["face"]
    return login["user"]["face"]


def test_a_face_of_the_current_model_is_enrolled(api: Api) -> None:
    api.store()
    assert face_of(api) == "enrolled"


def test_a_face_of_an_earlier_model_alone_is_outdated(api: Api, database: Database) -> None:
    api.store()
    outdate(database)
    assert face_of(api) == "outdated"


def test_the_state_of_an_erased_face_is_none(api: Api) -> None:
    token = api.store().json["access_token"]
    api.client.delete("/user/facial", headers=bearer(token))
    assert face_of(api) == "none"


def test_an_outdated_face_is_enrolled_again_after_the_password_login(api: Api, database: Database) -> None:
    api.store(person=1)
    outdate(database)
    api.re_enrol(api.login("ada").json["access_token"], person=1)
    assert face_of(api) == "enrolled"
    assert api.recognize(person=1).json["status"] == "matched"


@pytest.mark.parametrize("call", ["refresh", "password"])
def test_every_answer_with_a_token_of_ones_own_says_so(api: Api, call: str) -> None:
    token = api.store().json["access_token"]
    if call == "refresh":
        response = api.refresh()
    else:
        response = api.client.put("/user/password", json={"password": PASSWORD + "!"}, headers=bearer(token))
    assert response.json["user"]["face"] == "enrolled"
