"""Logins and registrations with passkeys at the same time."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from db.core.engine import Database
from db.queries import passkeys, users
from service.domain.errors import PasskeyCopiedError, TooManyPasskeysError
from service.domain.levels import Level
from service.passkeys.passkeys import MAX_PASSKEYS
from service.passkeys.verification import Assertion, Attestation
from service.services import Services, build_services
from service.settings.model import Settings
from tests.authenticator import Authenticator, decoded
from tests.db.people import add_person
from tests.fakes import FakeEngine


@pytest.fixture
def services(settings: Settings, scratch_database: Database) -> Services:
    return build_services(settings, scratch_database, FakeEngine())


def at_once(calls: list[Callable[[], object]]) -> list[type[Exception] | None]:
    """Runs the calls in threads that begin together; returns the error of each."""
    errors: list[type[Exception] | None] = []
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        together.wait(30)
        try:
            call()
        except Exception as error:
            errors.append(type(error))
        else:
            errors.append(None)

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def registration(services: Services, device: Authenticator) -> Callable[[], None]:
    """Returns the call that adds a passkey of this device to the only account."""
    with services.database.unit_of_work() as work:
        ada = users.find_by_username(work.session, "ada") or add_person(work.session)
        token = services.sessions.start(work, ada.id, Level.PASSWORD).access.text
        made: dict[str, Any] = device.create(services.passkeys.begin(work, ada.id))
    caller, said = services.access_tokens.verify(token), made["response"]
    attestation = Attestation(decoded(made["id"]), decoded(said["clientDataJSON"]), decoded(said["attestationObject"]))
    with services.database.unit_of_work() as work:
        ceremony = services.passkeys.spend(work, caller.user_id, attestation)

    def add() -> None:
        with services.database.unit_of_work() as work:
            services.passkeys.add(work, caller, ceremony, attestation, "Key")

    return add


def login(services: Services, device: Authenticator) -> Callable[[], None]:
    """Returns the call that logs in with a passkey of this device."""
    with services.database.unit_of_work() as work:
        made = device.get(services.passkey_logins.begin(work))
    said = made["response"]
    assertion = Assertion(
        decoded(made["id"]),
        *(decoded(said[name]) for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle")),
    )
    with services.database.unit_of_work() as work:
        ceremony = services.passkey_logins.spend(work, assertion)

    def log_in() -> None:
        with services.database.unit_of_work() as work:
            services.passkey_logins.log_in(work, ceremony, assertion, None)

    return log_in


def test_only_one_of_a_device_and_its_copies_is_let_in(services: Services) -> None:
    device = Authenticator()
    registration(services, device)()
    logins = []
    for _ in range(3):
        device.count = 4
        logins.append(login(services, device))
    errors = at_once(logins)
    assert errors.count(None) == 1
    assert errors.count(PasskeyCopiedError) == 2


def test_the_last_place_for_a_passkey_is_given_once(services: Services) -> None:
    for _ in range(MAX_PASSKEYS - 1):
        registration(services, Authenticator())()
    errors = at_once([registration(services, Authenticator()) for _ in range(3)])
    assert errors.count(None) == 1
    assert errors.count(TooManyPasskeysError) == 2
    with services.database.unit_of_work() as work:
        ada = users.find_by_username(work.session, "ada")
        assert ada is not None
        assert passkeys.count(work.session, ada.id) == MAX_PASSKEYS
