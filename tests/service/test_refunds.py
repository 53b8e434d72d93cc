"""Refunds of a running service are made after the answer, and together."""

import threading

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.queries import rate_limits
from db.queries.rate_limits import Counter
from service.limiting import refunds as module
from service.limiting.refunds import Refunds
from tests.query_log import query_log
from tests.waiting import wait_until

ADDRESS = Counter("recognize address", b"address", 3600.0, 100.0)
ALL = Counter("recognize all", b"", 3600.0, 10.0)


@pytest.fixture
def charged(scratch_database: Database) -> Database:
    """A database in which ten attempts are charged."""
    for _ in range(10):
        with scratch_database.autocommit_statement() as connection:
            rate_limits.charge(connection, [ADDRESS, ALL])
    return scratch_database


def used(database: Database) -> list[float]:
    """The used seconds of both counters."""
    seconds = text("SELECT EXTRACT(epoch FROM used_until - now())::float FROM rate_limits ORDER BY scope")
    with database.unit_of_work() as work:
        return list(work.session.scalars(seconds))


def test_before_the_start_a_refund_is_made_at_once(charged: Database) -> None:
    Refunds(charged).give_back([ADDRESS, ALL], 0.5)
    assert used(charged) == pytest.approx([950.0, 95.0], abs=30)


def test_later_one_statement_a_counter_makes_the_refunds_of_many_attempts(
    charged: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DELAY_SECONDS", 0.5)
    refunds = Refunds(charged)
    refunds.start()
    with query_log(charged) as log:
        attempts = [threading.Thread(target=refunds.give_back, args=([ADDRESS, ALL], 0.9)) for _ in range(10)]
        for attempt in attempts:
            attempt.start()
        assert log == []  # nobody has waited for the database
        wait_until(lambda: len(log) == 2)
    wait_until(lambda: used(charged) == pytest.approx([100.0, 10.0], abs=30))


def test_while_the_database_is_away_refunds_are_lost_and_later_ones_are_made(
    charged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    Refunds(create_database("postgresql://visage@127.0.0.1:1/visage")).give_back([ADDRESS], 0.5)
    assert "the refund of an attempt failed" in caplog.text
    Refunds(charged).give_back([ADDRESS], 1.0)
    assert used(charged)[0] == pytest.approx(900.0, abs=30)


def test_a_failure_ends_no_later_refund(
    charged: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rate_limits, "give_back", lambda *_: 1 / 0)
    refunds = Refunds(charged)
    refunds.start()
    refunds.give_back([ADDRESS], 0.5)
    wait_until(lambda: "refunds of attempts were lost" in caplog.text)
    monkeypatch.undo()
    refunds.give_back([ADDRESS], 1.0)
    wait_until(lambda: used(charged)[0] == pytest.approx(900.0, abs=30))
