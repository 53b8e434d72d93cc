"""What an application is given, while something else changes it."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import refresh_tokens
from db.queries.refresh_tokens import NewToken
from service.audit.audit import Audit
from service.domain.levels import Level
from service.openid.clients import Client, Clients
from service.openid.grants import Grants
from service.openid.single_sign_on import SignedOn
from tests.db.people import add_person
from tests.waiting import wait_until

URI = "https://app.example.org/callback"
APP = Client("app", "App", None, [URI], [], ["openid", "offline_access"], False, None, "RS256", None)
LIFETIME = timedelta(days=14)


def grants() -> Grants:
    return Grants(LIFETIME, Audit())


def issue(work: UnitOfWork) -> tuple[UUID, str]:
    """Adds a user who is logged in and an application; returns the user and a code for tokens that last."""
    now = datetime.now(UTC)
    user_id = add_person(work.session).id
    session = NewToken(b"s" * 32, user_id, "pwd", Level.PASSWORD, now, now + LIFETIME)
    refresh_tokens.add(work.session, session, now)
    Clients(Audit()).add(work, APP, public=True)
    login = SignedOn(session.family, user_id, Level.PASSWORD, now)
    code = grants().issue_code(
        work,
        APP,
        login,
        redirect_uri=URI,
        scopes=APP.scopes,
        nonce=None,
        code_challenge="c" * 43,
        acr=Level.PASSWORD,
    )
    return user_id, code


def exchanged(work: UnitOfWork, code: str) -> str | None:
    """Returns the refresh token for a code, if it is good."""
    found = grants().find_code(work, APP, code)
    return None if found is None else grants().exchange_code(work, found)[1]


def somebody_waits(database: Database) -> bool:
    """Whether a transaction of this database waits for another."""
    with database.unit_of_work() as work:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(work.session.execute(text(waiting)).scalar_one())


def test_no_code_outlives_the_end_of_all_sessions_at_the_same_time(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        user_id, code = issue(work)
    results: list[str | None] = []

    def exchange() -> None:
        with scratch_database.unit_of_work() as work:
            results.append(exchanged(work, code))

    thread = threading.Thread(target=exchange)
    with scratch_database.unit_of_work() as work:
        refresh_tokens.revoke_user(work.session, user_id, datetime.now(UTC))
        thread.start()
        wait_until(lambda: somebody_waits(scratch_database))
    thread.join(30)
    assert results == [None]


def test_of_two_concurrent_refreshes_one_succeeds_and_the_other_revokes_it(database: Database) -> None:
    with database.unit_of_work() as work:
        secret = exchanged(work, issue(work)[1])
        assert secret is not None
        first = grants().find_refresh_token(work, "app", secret)
        second = grants().find_refresh_token(work, "app", secret)
        assert first is not None
        assert second is not None
        faster = grants().exchange_refresh_token(work, first)
        assert faster is not None
        assert grants().exchange_refresh_token(work, second) is None
        assert grants().find_refresh_token(work, "app", faster[1]) is None
