"""Passkeys and their challenges, even with concurrent transactions."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.errors import AccountGoneError, PasskeyTakenError
from db.queries import passkeys
from tests.db.people import add_person

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
CHALLENGE = sha256(b"challenge").digest()


def add(session: Session, user_id: uuid.UUID, credential_id: bytes = b"1") -> None:
    passkeys.add(
        session,
        credential_id=credential_id,
        user_id=user_id,
        public_key=b"key",
        sign_count=2**32 - 1,
        transports=["usb"],
        name="Key",
        aaguid=uuid.UUID(int=0),
        backed_up=False,
    )


def spend(session: Session, **changes: object) -> bool:
    values = {"purpose": "login", "user_id": None, "now": NOW, **changes}
    return passkeys.spend_ceremony(session, CHALLENGE, **values)  # type: ignore[arg-type]


def test_only_one_of_several_concurrent_uses_of_a_challenge_succeeds(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        passkeys.add_ceremony(work.session, CHALLENGE, purpose="login", user_id=None, expires_at=LATER)
    spent: list[bool] = []
    together = threading.Barrier(4)

    def use() -> None:
        together.wait(30)
        with scratch_database.unit_of_work() as work:
            spent.append(spend(work.session))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(spent) == [False, False, False, True]


def test_a_challenge_is_valid_for_its_purpose_and_person_until_it_expires(session: Session) -> None:
    user_id = add_person(session).id
    passkeys.add_ceremony(session, CHALLENGE, purpose="add", user_id=user_id, expires_at=LATER)
    assert not spend(session)
    assert not spend(session, purpose="add", user_id=uuid.uuid4())
    assert not spend(session, purpose="add", user_id=user_id, now=LATER)
    passkeys.delete_expired_ceremonies(session, LATER)
    assert spend(session, purpose="add", user_id=user_id)


def test_expired_challenges_are_deleted(session: Session) -> None:
    passkeys.add_ceremony(session, CHALLENGE, purpose="login", user_id=None, expires_at=LATER)
    passkeys.delete_expired_ceremonies(session, LATER + timedelta(seconds=1))
    assert not spend(session)


def test_a_passkey_is_in_one_account(database: Database) -> None:
    with database.unit_of_work() as work:
        ada, bob = add_person(work.session, "ada").id, add_person(work.session, "bob").id
        add(work.session, ada)
    for user_id in (ada, bob):
        with pytest.raises(PasskeyTakenError), database.unit_of_work() as work:
            add(work.session, user_id)


def test_a_passkey_needs_an_account(database: Database) -> None:
    with pytest.raises(AccountGoneError), database.unit_of_work() as work:
        add(work.session, uuid.uuid4())


def test_only_the_owner_changes_a_passkey(session: Session) -> None:
    ada, bob = add_person(session, "ada").id, add_person(session, "bob").id
    add(session, ada)
    assert passkeys.rename(session, bob, b"1", "Mine") is None
    assert not passkeys.remove(session, bob, b"1")
    assert [one.name for one in passkeys.of_user(session, ada)] == ["Key"]
    assert passkeys.remove(session, ada, b"1")
    assert passkeys.count(session, ada) == 0
