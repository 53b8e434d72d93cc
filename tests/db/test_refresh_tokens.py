"""Refresh tokens can be exchanged once, even with concurrent transactions."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.queries import refresh_tokens, users
from db.queries.refresh_tokens import NewToken, Outcome, Rotation
from tests.db.people import add_person

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=14)


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


def log_in(session: Session, token: str, expires_at: datetime = LATER) -> uuid.UUID:
    user = users.find_by_username(session, "ada") or add_person(session, "ada")
    new = NewToken(hash_of(token), user.id, "face", "urn:visage:face", NOW, expires_at)
    refresh_tokens.add(session, new, NOW)
    return new.family


def rotate(session: Session, token: str, successor: str, now: datetime = NOW) -> Rotation:
    return refresh_tokens.rotate(
        session, hash_of(token), successor_hash=hash_of(successor), now=now, expires_at=now + timedelta(days=14)
    )


def at_the_same_time(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_a_token_is_exchanged_for_its_successor(session: Session) -> None:
    family = log_in(session, "first")
    rotation = rotate(session, "first", "second")
    assert rotation.outcome is Outcome.ROTATED
    successor = refresh_tokens.find(session, hash_of("second"))
    assert successor is not None
    assert (successor.family, successor.amr, successor.acr, successor.auth_time) == (
        family,
        "face",
        "urn:visage:face",
        NOW,
    )


def test_the_successor_can_be_exchanged_in_turn(session: Session) -> None:
    log_in(session, "first")
    rotate(session, "first", "second")
    assert rotate(session, "second", "third").outcome is Outcome.ROTATED


def test_a_token_exchanged_before_is_reused(session: Session) -> None:
    log_in(session, "first")
    rotate(session, "first", "second")
    assert rotate(session, "first", "other").outcome is Outcome.REUSED
    assert refresh_tokens.find(session, hash_of("other")) is None


def test_a_used_token_is_reused_even_after_it_expired(session: Session) -> None:
    log_in(session, "first")
    rotate(session, "first", "second")
    assert rotate(session, "first", "other", now=LATER + timedelta(days=1)).outcome is Outcome.REUSED


def test_an_unknown_token_is_unknown(session: Session) -> None:
    assert rotate(session, "nothing", "second") == Rotation(Outcome.UNKNOWN)


def test_a_token_is_expired_at_the_moment_of_its_expiry(session: Session) -> None:
    log_in(session, "first")
    assert rotate(session, "first", "second", now=LATER).outcome is Outcome.EXPIRED


def test_a_revoked_family_ends_every_token_in_it(session: Session) -> None:
    family = log_in(session, "first")
    rotate(session, "first", "second")
    assert refresh_tokens.revoke_family(session, family, NOW) == 2
    assert rotate(session, "second", "third").outcome is Outcome.REVOKED


def test_revoking_a_family_leaves_other_logins_alone(session: Session) -> None:
    family = log_in(session, "phone")
    log_in(session, "laptop")
    refresh_tokens.revoke_family(session, family, NOW)
    assert rotate(session, "laptop", "next").outcome is Outcome.ROTATED


def test_all_logins_of_a_person_can_be_revoked(session: Session) -> None:
    log_in(session, "phone")
    log_in(session, "laptop")
    user = users.find_by_username(session, "ada")
    assert user is not None
    assert refresh_tokens.revoke_user(session, user.id, NOW) == 2
    assert rotate(session, "phone", "next").outcome is Outcome.REVOKED
    assert rotate(session, "laptop", "other").outcome is Outcome.REVOKED


def test_a_login_stands_until_its_family_is_revoked_or_expires(session: Session) -> None:
    family = log_in(session, "first", expires_at=LATER)
    assert refresh_tokens.is_active(session, family, NOW)
    assert not refresh_tokens.is_active(session, family, LATER)
    rotate(session, "first", "second")
    assert refresh_tokens.is_active(session, family, NOW)
    refresh_tokens.revoke_family(session, family, NOW)
    assert not refresh_tokens.is_active(session, family, NOW)


def test_expired_tokens_can_be_deleted(session: Session) -> None:
    log_in(session, "old", expires_at=NOW)
    log_in(session, "new")
    assert refresh_tokens.delete_expired(session, LATER) == 1
    assert refresh_tokens.find(session, hash_of("new")) is not None


def test_deleting_expired_tokens_waits_for_nobody(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as unit:
        family = log_in(unit.session, "old", expires_at=NOW)
    with scratch_database.unit_of_work() as busy, scratch_database.unit_of_work() as unit:
        refresh_tokens.revoke_family(busy.session, family, NOW)
        assert refresh_tokens.delete_expired(unit.session, LATER) == 0
    with scratch_database.unit_of_work() as unit:
        assert refresh_tokens.delete_expired(unit.session, LATER) == 1


def test_only_one_of_many_concurrent_exchanges_succeeds(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as unit:
        log_in(unit.session, "first")
    outcomes: list[Outcome] = []

    def exchange(number: int) -> None:
        with scratch_database.unit_of_work() as unit:
            outcome = rotate(unit.session, "first", f"successor {number}").outcome
        outcomes.append(outcome)

    at_the_same_time(*(lambda number=number: exchange(number) for number in range(8)))
    assert sorted(outcomes) == [Outcome.REUSED] * 7 + [Outcome.ROTATED]


def test_a_rotation_under_way_does_not_escape_a_revocation(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as unit:
        family = log_in(unit.session, "first")
    revoking = threading.Event()

    def revoke() -> None:
        with scratch_database.unit_of_work() as unit:
            revoking.set()
            refresh_tokens.revoke_family(unit.session, family, NOW)

    with scratch_database.unit_of_work() as unit:
        rotate(unit.session, "first", "second")
        thread = threading.Thread(target=revoke)
        thread.start()
        revoking.wait()
    thread.join(30)
    with scratch_database.unit_of_work() as unit:
        assert rotate(unit.session, "second", "third").outcome is Outcome.REVOKED


def test_two_concurrent_reuses_do_not_deadlock(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as unit:
        family = log_in(unit.session, "first")
        rotate(unit.session, "first", "second")
    refused: list[str] = []

    def refresh() -> None:
        with scratch_database.unit_of_work() as unit:
            assert rotate(unit.session, "first", "other").outcome in {Outcome.REUSED, Outcome.REVOKED}
            unit.do_even_on_rollback(lambda session: refresh_tokens.revoke_family(session, family, NOW))
            raise PermissionError

    def reuse() -> None:
        with pytest.raises(PermissionError):
            refresh()
        refused.append("refused")

    at_the_same_time(*[reuse] * 6)
    assert len(refused) == 6
    with scratch_database.unit_of_work() as unit:
        assert rotate(unit.session, "second", "third").outcome is Outcome.REVOKED


def test_tokens_go_with_their_person(session: Session) -> None:
    log_in(session, "first")
    user = users.find_by_username(session, "ada")
    assert user is not None
    session.delete(user)
    session.flush()
    assert refresh_tokens.find(session, hash_of("first")) is None
