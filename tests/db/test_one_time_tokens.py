"""Invitations and password links work once, even with concurrent transactions."""

import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.queries import invitations, password_links, users
from db.queries.invitations import Bounds
from tests.db.people import add_person
from tests.waiting import wait_until

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANYBODY = Bounds(None, None)
TOKEN = sha256(b"token").digest()


class GivenUpError(Exception):
    """A sign-up fails after it has used its invitation."""


def invite(session: Session) -> None:
    invitations.add(session, TOKEN, ANYBODY, created_at=NOW, expires_at=LATER)


def somebody_waits(database: Database) -> bool:
    """Whether a transaction of this database waits for another."""
    with database.unit_of_work() as work:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(work.session.execute(text(waiting)).scalar_one())


def spend_beside_another(database: Database, *, other_fails: bool) -> Bounds | None:
    """Returns what a second sign-up gets while a first has used the invitation and is not finished."""
    found: list[Bounds | None] = []

    def second() -> None:
        with database.unit_of_work() as work:
            found.append(invitations.spend(work.session, TOKEN, NOW))

    thread = threading.Thread(target=second)
    try:
        with database.unit_of_work() as work:
            assert invitations.spend(work.session, TOKEN, NOW) == ANYBODY
            thread.start()
            wait_until(lambda: somebody_waits(database))
            if other_fails:
                raise GivenUpError
    except GivenUpError:
        pass
    thread.join(30)
    return found[0]


@pytest.mark.parametrize(("other_fails", "gets"), [(False, None), (True, ANYBODY)])
def test_only_one_of_two_concurrent_sign_ups_uses_the_invitation(
    scratch_database: Database, other_fails: bool, gets: Bounds | None
) -> None:
    with scratch_database.unit_of_work() as work:
        invite(work.session)
    assert spend_beside_another(scratch_database, other_fails=other_fails) == gets


def test_an_invitation_is_good_until_it_expires(session: Session) -> None:
    invite(session)
    assert invitations.find(session, TOKEN, LATER - timedelta(seconds=1)) == ANYBODY
    assert invitations.spend(session, TOKEN, LATER) is None
    invitations.delete_expired(session, LATER)
    assert invitations.find(session, TOKEN, NOW) == ANYBODY
    invitations.delete_expired(session, LATER + timedelta(seconds=1))
    assert invitations.find(session, TOKEN, NOW) is None


def test_invitations_go_with_whom_they_name(session: Session) -> None:
    for number, bounds in enumerate(
        [Bounds("ADA", None), Bounds(None, "Ada@example.org"), Bounds("bob", None), ANYBODY]
    ):
        invitations.add(session, bytes([number] * 32), bounds, created_at=NOW, expires_at=LATER)
    invitations.delete_naming(session, "ada", "ada@example.org")
    assert [invitations.find(session, bytes([number] * 32), NOW) for number in range(4)] == [
        None,
        None,
        Bounds("bob", None),
        ANYBODY,
    ]


def test_only_one_of_several_concurrent_uses_of_a_link_succeeds(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        user_id = add_person(work.session).id
        password_links.put(work.session, user_id, TOKEN, created_at=NOW, expires_at=LATER)
    spent: list[bool] = []
    together = threading.Barrier(4)

    def use() -> None:
        with scratch_database.unit_of_work() as work:
            assert password_links.find(work.session, TOKEN, NOW) == user_id
            together.wait(30)
            users.lock(work.session, user_id)
            spent.append(password_links.withdraw(work.session, user_id, TOKEN))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(spent) == [False, False, False, True]


def test_a_link_is_good_until_it_expires(session: Session) -> None:
    user_id = add_person(session).id
    password_links.put(session, user_id, TOKEN, created_at=NOW, expires_at=LATER)
    assert password_links.find(session, TOKEN, LATER - timedelta(seconds=1)) == user_id
    assert password_links.find(session, TOKEN, LATER) is None
    password_links.delete_expired(session, LATER + timedelta(seconds=1))
    assert password_links.find(session, TOKEN, NOW) is None
