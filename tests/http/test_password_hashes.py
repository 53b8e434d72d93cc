"""Password hashes with the parameters of production: what they are made of, and when they are made anew."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from db.core.engine import Database
from db.core.models import User
from tests.http.conftest import PASSWORD, Api, bearer


@pytest.fixture(autouse=True)
def quick_hashes() -> None:
    """Keeps real hashes, because these tests are about their parameters."""


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    """A user with a password."""
    api.store(username="ada")


def test_a_password_typed_in_another_form_is_the_same_password(api: Api, database: Database) -> None:
    composed, decomposed = "p\xe4ssw\xf6rter sind", "pa\u0308sswo\u0308rter\u2003sind"
    token = api.login("ada").json["access_token"]
    changed = api.client.put("/user/password", json={"password": decomposed}, headers=bearer(token))
    assert changed.status_code == 200
    before = hash_of_ada(database)
    assert api.login("ada", composed).status_code == api.login("ada", decomposed).status_code == 200
    assert hash_of_ada(database) == before
    assert PasswordHasher().verify(before, composed)


def test_a_hash_of_a_password_as_it_was_typed_still_lets_in_and_is_made_anew(api: Api, database: Database) -> None:
    composed, decomposed = "p\xe4ssw\xf6rter sind", "pa\u0308sswo\u0308rter sind"
    with database.unit_of_work() as work:
        work.session.execute(update(User).values(password_hash=PasswordHasher().hash(decomposed)))
    assert api.login("ada", composed).status_code == 401
    assert api.login("ada", decomposed).status_code == 200
    assert api.login("ada", composed).status_code == 200
    assert PasswordHasher().verify(hash_of_ada(database), composed)


def test_a_hash_made_with_earlier_parameters_is_made_anew_at_a_login(api: Api, database: Database) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with database.unit_of_work() as work:
        work.session.execute(update(User).values(password_hash=weak))
    assert api.login("ada", "wrong password").status_code == 401
    assert hash_of_ada(database) == weak
    assert api.login("ada").status_code == 200
    renewed = hash_of_ada(database)
    assert not PasswordHasher().check_needs_rehash(renewed)
    assert api.login("ada").status_code == 200
    assert hash_of_ada(database) == renewed


def test_passwords_are_hashed_with_the_second_recommendation_of_rfc_9106(api: Api, database: Database) -> None:
    assert hash_of_ada(database).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def hash_of_ada(database: Database) -> str:
    with database.unit_of_work() as work:
        return str(work.session.scalar(select(User.password_hash).where(User.username == "ada")))
