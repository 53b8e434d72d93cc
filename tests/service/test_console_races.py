"""Logins at the console at the same time as other changes of the operator's account."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.core.console_models import OperatorSession
from db.core.engine import Database
from db.queries import operators, passkeys, users
from service.domain.errors import TokenInvalidError
from service.domain.levels import Level
from service.services import Services, build_services
from service.settings.model import Settings
from tests.db.people import add_person
from tests.fakes import FakeEngine

A_WHILE = 0.5
"""Seconds that the other change gets while a login at the console is half done: it waits for a lock, or is done."""


@pytest.fixture
def services(settings: Settings, scratch_database: Database) -> Services:
    services = build_services(settings, scratch_database, FakeEngine())
    with services.database.unit_of_work() as work:
        ada = add_person(work.session).id
        passkeys.add(
            work.session,
            credential_id=b"1",
            user_id=ada,
            public_key=b"",
            sign_count=0,
            transports=[],
            name="Key",
            aaguid=UUID(int=0),
            backed_up=False,
        )
        operators.put(work.session, ada)
    return services


def opening(services: Services) -> Callable[[], None]:
    """Returns the call that opens the console with two new logins."""
    with services.database.unit_of_work() as work:
        ada = users.find_by_username(work.session, "ada")
        assert ada is not None
        first, second = (
            services.access_tokens.verify(services.sessions.start(work, ada.id, level).access.text)
            for level in (Level.PASSWORD, Level.PASSKEY)
        )

    def begin() -> None:
        with services.database.unit_of_work() as work:
            services.operator_sessions.begin(work, first, second)

    return begin


def sessions(services: Services) -> int:
    with services.database.unit_of_work() as work:
        return work.session.scalars(select(func.count()).select_from(OperatorSession)).one()


def meanwhile(
    patch: pytest.MonkeyPatch, place: object, name: str, calls: int, other: Callable[[], object]
) -> tuple[threading.Thread, list[Exception]]:
    """Lets ``other`` begin in a thread when a function has returned this many times."""
    left = iter(range(calls - 1, -1, -1))
    errors: list[Exception] = []

    def run() -> None:
        try:
            other()
        except Exception as error:
            errors.append(error)

    thread, before = threading.Thread(target=run), getattr(place, name)

    def then_other(*args: object, **kwargs: object) -> object:
        found = before(*args, **kwargs)
        if next(left, None) == 0:
            thread.start()
            thread.join(A_WHILE)
        return found

    patch.setattr(place, name, then_other)
    return thread, errors


def test_two_logins_open_the_console_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = opening(services)
    thread, errors = meanwhile(monkeypatch, services.sessions, "check", 2, begin)
    begin()
    thread.join(30)
    assert [type(error) for error in errors] == [TokenInvalidError]
    assert sessions(services) == 1


def test_no_session_begins_beside_the_end_of_all_sessions(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def end_all() -> None:
        with services.database.unit_of_work() as work:
            ada = users.find_by_username(work.session, "ada")
            assert ada is not None
            services.sessions.end_all(work, ada.id)

    thread, errors = meanwhile(monkeypatch, services.sessions, "check", 2, end_all)
    opening(services)()
    thread.join(30)
    assert errors == []
    assert sessions(services) == 0


def test_no_session_begins_beside_the_removal_of_the_operator(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove() -> None:
        with services.database.unit_of_work() as work:
            services.operators.remove(work, "ada")

    thread, errors = meanwhile(monkeypatch, operators, "added_at", 1, remove)
    opening(services)()
    thread.join(30)
    assert errors == []
    assert sessions(services) == 0
