"""A login that runs while a user's sessions are ended does not survive that."""

import threading
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from db.core.engine import Database
from db.queries import users
from service.accounts.passwords import Passwords
from service.audit.audit import Audit
from service.domain.errors import CredentialsError, FaceGoneError
from service.gallery import search
from service.operator.administration import set_password
from service.services import Services
from tests.db.people import add_person
from tests.db.test_one_time_tokens import somebody_waits
from tests.fakes import data_url, picture, pictures
from tests.service.changing_models import face_in, sign_up
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("quick_hashes")

OLD, NEW = "correct horse battery", "a brand new one"


@pytest.fixture
def ada(facenet_service: Services) -> Services:
    """A service with Ada's account."""
    sign_up(facenet_service, "ada", pictures(1))
    change_password(facenet_service, OLD)
    return facenet_service


def change_password(services: Services, password: str) -> None:
    with services.database.unit_of_work() as work:
        set_password(work, "ada", password, Audit())


def log_in(services: Services, password: str) -> None:
    with services.database.unit_of_work() as work:
        services.accounts.log_in(work, "ada", password)


def after(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, happens: Callable[[], None]) -> None:
    """Calls ``happens`` after a function's first call."""
    function = getattr(owner, name)

    def followed(*arguments: object) -> object:
        monkeypatch.setattr(owner, name, function)
        result = function(*arguments)
        happens()
        return result

    monkeypatch.setattr(owner, name, followed)


def test_a_password_that_was_changed_while_it_was_verified_lets_nobody_in(
    ada: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    after(monkeypatch, Passwords, "verify", lambda: change_password(ada, NEW))
    with pytest.raises(CredentialsError):
        log_in(ada, OLD)


def test_a_hash_that_is_renewed_does_not_bring_a_changed_password_back(
    ada: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PasswordHasher, "check_needs_rehash", lambda *_: True)
    after(monkeypatch, Passwords, "verify", lambda: change_password(ada, NEW))
    with pytest.raises(CredentialsError):
        log_in(ada, OLD)
    log_in(ada, NEW)


def test_two_logins_that_renew_the_same_hash_both_succeed(ada: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordHasher, "check_needs_rehash", lambda *_: True)
    after(monkeypatch, Passwords, "verify", lambda: log_in(ada, OLD))
    log_in(ada, OLD)


def test_a_face_that_was_erased_while_it_was_searched_lets_nobody_in(
    ada: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erase() -> None:
        with ada.database.unit_of_work() as work:
            person = users.find_by_username(work.session, "ada")
            assert person is not None
            ada.erasure.erase_face(work, person.id)

    after(monkeypatch, search, "nearest", erase)
    with pytest.raises(FaceGoneError):
        ada.recognizer.log_in(face_in(ada, data_url(picture(1, take=50))))


def test_a_login_waits_for_a_change_under_way(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        ada = add_person(work.session, "ada")
        user_id, old = ada.id, ada.password_hash
    found: list[bool] = []

    def log_in_meanwhile() -> None:
        with scratch_database.unit_of_work() as work:
            found.append(users.hold_password(work.session, user_id, old))

    thread = threading.Thread(target=log_in_meanwhile)
    with scratch_database.unit_of_work() as work:
        changed = users.lock(work.session, user_id, exclusively=True)
        assert changed is not None
        changed.password_hash = "new"
        thread.start()
        wait_until(lambda: somebody_waits(scratch_database))
    thread.join(30)
    assert found == [False]
