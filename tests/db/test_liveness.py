"""A challenge can be used once, and a frame is new once, even with concurrent transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.queries import challenges as liveness

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
NONCE_HASH = sha256(b"nonce").digest()
PROMPTS = ["turn_left", "blink", "look_up"]
FRAMES = [bytes([number]) * 16 for number in range(48)]


def add(session: Session) -> None:
    liveness.add_challenge(
        session,
        nonce_hash=NONCE_HASH,
        purpose="login",
        prompts=PROMPTS,
        issued_at=NOW,
        expires_at=NOW + timedelta(seconds=90),
    )


def autocommit_statement(database: Database, work: Callable[[Session], object], times: int = 4) -> list[object]:
    """Runs a statement in several concurrent transactions; returns the results."""

    def run(_: int) -> object:
        with database.unit_of_work() as unit:
            return work(unit.session)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_a_challenge_is_spent_once(session: Session) -> None:
    add(session)
    spent = liveness.spend_challenge(session, NONCE_HASH, purpose="login", now=NOW)
    assert spent is not None
    assert spent == (PROMPTS, NOW)
    assert liveness.spend_challenge(session, NONCE_HASH, purpose="login", now=NOW) is None


@pytest.mark.parametrize(
    ("nonce_hash", "purpose", "after"),
    [(NONCE_HASH, "signup", 0), (NONCE_HASH, "login", 90), (sha256(b"other").digest(), "login", 0)],
)
def test_a_challenge_is_for_its_nonce_purpose_and_time(
    session: Session, nonce_hash: bytes, purpose: str, after: int
) -> None:
    add(session)
    late = NOW + timedelta(seconds=after)
    assert liveness.spend_challenge(session, nonce_hash, purpose=purpose, now=late) is None


def test_only_one_of_several_concurrent_calls_spends_a_challenge(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        add(work.session)
    found = autocommit_statement(
        scratch_database, lambda session: liveness.spend_challenge(session, NONCE_HASH, purpose="login", now=NOW)
    )
    assert sum(one is not None for one in found) == 1


def test_frames_are_new_to_one_of_several_at_once(scratch_database: Database) -> None:
    found = autocommit_statement(scratch_database, lambda session: liveness.remember_frames(session, set(FRAMES), NOW))
    assert sorted(found) == [0, 0, 0, len(FRAMES)]


def test_frames_of_two_films_at_once_are_new_to_one_each(scratch_database: Database) -> None:
    films = iter([FRAMES[:32], FRAMES[16:]] * 2)
    chosen = [next(films) for _ in range(4)]
    found = autocommit_statement(
        scratch_database, lambda session: liveness.remember_frames(session, set(chosen.pop()), NOW), len(chosen)
    )
    assert sum(int(str(new)) for new in found) == len(FRAMES)


def test_an_empty_set_of_frames_is_not_remembered(session: Session) -> None:
    assert liveness.remember_frames(session, set(), NOW) == 0


def test_a_frame_that_was_forgotten_is_new_again(session: Session) -> None:
    liveness.remember_frames(session, set(FRAMES), NOW)
    liveness.forget_frames(session, NOW + timedelta(seconds=1))
    assert liveness.remember_frames(session, set(FRAMES), NOW) == len(FRAMES)


def test_challenges_are_deleted_once_they_have_expired(session: Session) -> None:
    add(session)
    liveness.delete_expired_challenges(session, NOW + timedelta(seconds=90))
    assert liveness.spend_challenge(session, NONCE_HASH, purpose="login", now=NOW) is not None
    liveness.delete_expired_challenges(session, NOW + timedelta(seconds=91))
    add(session)  # its place is free again
