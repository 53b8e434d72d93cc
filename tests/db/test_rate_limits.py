"""Rate limit counters are exact under concurrency and survive restarts."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.queries import rate_limits
from db.queries.rate_limits import Charge, Counter

HOUR = 3600.0
LIMIT = 5
ADDRESS = Counter("login address", b"address", HOUR, HOUR / LIMIT)
ACCOUNT = Counter("login account", b"account", HOUR, HOUR / LIMIT)
ALL = Counter("login all", b"", HOUR, HOUR / 1000)


def charge(database: Database, *counters: Counter) -> Charge:
    with database.autocommit_statement() as connection:
        return rate_limits.charge(connection, counters)


def give_back(database: Database, *counters: Counter, share: float = 1.0) -> None:
    with database.autocommit_statement() as connection:
        for counter in counters:
            rate_limits.give_back(connection, counter.scope, counter.subject, counter.cost * share)


def passed(database: Database, *counters: Counter, calls: int) -> int:
    return sum(charge(database, *counters).refused is None for _ in range(calls))


def used(database: Database) -> dict[str, float]:
    """Returns the used seconds by scope."""
    with database.unit_of_work() as work:
        rows = work.session.execute(
            text("SELECT scope, EXTRACT(epoch FROM used_until - now())::float AS seconds FROM rate_limits")
        )
        return {row.scope: row.seconds for row in rows}


def set_used(database: Database, seconds: float) -> None:
    """Sets every counter to be used up until this many seconds from now."""
    with database.unit_of_work() as work:
        statement = text("UPDATE rate_limits SET used_until = now() + make_interval(secs => :seconds)")
        work.session.execute(statement, {"seconds": seconds})


def test_a_limit_lets_its_number_of_calls_pass_and_says_when_the_next_will(database: Database) -> None:
    assert passed(database, ADDRESS, calls=LIMIT) == LIMIT
    refused = charge(database, ADDRESS)
    assert refused.refused == 0
    assert refused.used + ADDRESS.cost - HOUR == pytest.approx(HOUR / LIMIT, abs=30)


def test_exactly_as_many_concurrent_calls_pass_as_the_limit_allows(scratch_database: Database) -> None:
    together = threading.Barrier(8)

    def hammer(_: int) -> int:
        together.wait()
        return passed(scratch_database, ADDRESS, ACCOUNT, ALL, calls=4)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(hammer, range(8))) == LIMIT


def test_concurrent_charges_and_refunds_neither_deadlock_nor_lose_count(
    scratch_database: Database,
) -> None:
    wide = [Counter(counter.scope, counter.subject, HOUR, 1.0) for counter in (ADDRESS, ACCOUNT, ALL)]

    def guess(_: int) -> None:
        for _ in range(10):
            assert charge(scratch_database, *wide).refused is None
            give_back(scratch_database, *wide, share=0.5)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, range(8)))
    assert list(used(scratch_database).values()) == pytest.approx([40.0] * 3, abs=30)


def test_used_calls_are_freed_as_time_passes(database: Database) -> None:
    assert passed(database, ADDRESS, calls=LIMIT + 1) == LIMIT
    set_used(database, HOUR - 2.5 * ADDRESS.cost)
    assert passed(database, ADDRESS, calls=LIMIT) == 2


def test_an_idle_counter_is_worth_no_more_than_its_limit(database: Database) -> None:
    charge(database, ADDRESS)
    set_used(database, -100 * HOUR)
    assert passed(database, ADDRESS, calls=2 * LIMIT) == LIMIT


@pytest.mark.parametrize(("counters", "refusing"), [((ADDRESS, ACCOUNT, ALL), 0), ((ALL, ADDRESS, ACCOUNT), 1)])
def test_a_call_that_one_counter_refuses_costs_nothing_of_those_after_it(
    database: Database, counters: Sequence[Counter], refusing: int
) -> None:
    passed(database, ADDRESS, calls=LIMIT)
    assert charge(database, *counters).refused == refusing
    assert set(used(database)) == {counter.scope for counter in counters[: refusing + 1]}


def test_a_refund_can_be_used_again(database: Database) -> None:
    passed(database, ADDRESS, calls=LIMIT)
    give_back(database, ADDRESS)
    assert passed(database, ADDRESS, calls=2) == 1


def test_subjects_and_scopes_are_counted_apart(database: Database) -> None:
    passed(database, ADDRESS, calls=LIMIT)
    for other in (Counter("login address", b"other", HOUR, 1.0), Counter("verify address", b"address", HOUR, 1.0)):
        assert charge(database, other).refused is None


def test_counters_outlast_the_process_that_made_them(scratch_url: str) -> None:
    before, after = create_database(scratch_url), create_database(scratch_url)
    passed(before, ADDRESS, calls=LIMIT)
    before.dispose()
    assert charge(after, ADDRESS).refused == 0
    after.dispose()


def test_the_table_outlasts_a_crash_of_the_server(worker_database: Database) -> None:
    with worker_database.unit_of_work() as work:
        kind = work.session.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'rate_limits'"))
    assert kind == "p"


def test_a_counter_further_ahead_than_its_period_is_reset(
    database: Database,
) -> None:
    charge(database, ADDRESS)
    set_used(database, HOUR + rate_limits.SLACK_SECONDS + 30)
    assert passed(database, ADDRESS, calls=2 * LIMIT) == LIMIT


def test_no_commit_waits_for_the_disk(database: Database) -> None:
    for change in (charge, give_back):
        with database.autocommit_statement() as connection, connection.begin_nested():
            change(database, ADDRESS)
            assert connection.scalar(text("SHOW synchronous_commit")) == "off"


def test_the_sweep_takes_what_is_unused_and_waits_for_nobody(scratch_database: Database) -> None:
    for counter in (ADDRESS, ACCOUNT, ALL):
        charge(scratch_database, counter)
    with scratch_database.unit_of_work() as work:
        work.session.execute(text("UPDATE rate_limits SET used_until = now() WHERE scope <> 'login all'"))
    with scratch_database.unit_of_work() as busy, scratch_database.unit_of_work() as work:
        busy.session.execute(text("SELECT FROM rate_limits WHERE scope = 'login account' FOR UPDATE"))
        assert rate_limits.delete_unused(work.session) == 1
    assert set(used(scratch_database)) == {"login account", "login all"}
