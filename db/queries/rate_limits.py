"""Counters of limited calls: one statement checks and charges all that concern a call.

Each counter is a moment up to which its limit is used up, and each call moves that on by its cost in seconds: the
generic cell rate algorithm (GCRA, ITU-T I.371), which needs one number where a window of counts needs many. A call
passes where the moment stays within the limit's period from now.

The statement takes the counters one after the other, always in the order that the caller gives, and a later one only
where all before it have let the call pass: whoever has used up their own limit can use up nobody else's, and two calls
cannot wait for each other. The time is the database's, so that services need not agree on it.

The table is an ordinary one: a crash of PostgreSQL, or a standby taking over, would leave an UNLOGGED one empty. What
that would save is saved by commits that don't wait for the disk: a crash may lose the counts of the last half second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text, tuple_
from sqlalchemy.orm import Session

from db.core.models import RateLimit

SLACK_SECONDS = 60
"""How far beyond its period a counter may lie and still be believed. One further ahead was left by a limit of a longer
period, or by a clock that has been set back since: it counts as unused."""


UNHURRIED = "set_config('synchronous_commit', 'off', true)"
"""Says, within a statement, that its own commit need not wait for the disk."""


@dataclass(frozen=True)
class Counter:
    """One limit of one subject, and what a call costs of it.

    Attributes:
        scope: the limit's name.
        subject: whom it is counted for.
        period: seconds in which all of the limit becomes free again.
        cost: seconds of the period that the call uses up.
    """

    scope: str
    subject: bytes
    period: float
    cost: float


@dataclass(frozen=True)
class Charge:
    """What became of a call.

    Attributes:
        refused: the position of the counter that did not let it pass, or None.
        used: seconds that are used up of the counter that refused, or of the first one.
    """

    refused: int | None
    used: float


def charge(connection: Connection, counters: Sequence[Counter]) -> Charge:
    """Charges a call to all of its counters, or to those before the one that refuses it.

    Args:
        connection: one of ``Database.autocommit_statement``.
        counters: at least one, none with a cost above its period, in an order that all calls keep to.
    """
    numbers = range(len(counters))
    results = ", ".join(_result(n) for n in numbers)
    statement = text(f"WITH {', '.join(_charged(n) for n in numbers)} SELECT {UNHURRIED}, {results}")
    row = connection.execute(statement, _parameters(counters, "scope", "subject", "period", "cost")).one()._mapping
    for n, counter in enumerate(counters):
        if row[f"charged_{n}"] is None:
            before = row[f"before_{n}"]  # None of one that another call has begun and used up this moment
            return Charge(n, counter.period if before is None else min(max(0.0, before), counter.period))
    return Charge(None, row["charged_0"])


def give_back(connection: Connection, counters: Sequence[Counter], share: float) -> None:
    """Takes back a share of what a call was charged, 0 to 1; arguments as of :func:`charge`."""
    parts = ", ".join(_given_back(n) for n in range(len(counters)))
    last = f"(SELECT count(*) FROM c{len(counters) - 1})"  # noqa: S608 (a number)
    statement = text(f"WITH {parts} SELECT {UNHURRIED}, {last}")
    connection.execute(statement, _parameters(counters, "scope", "subject", "cost") | {"share": share})


def delete_unused(session: Session) -> int:
    """Deletes counters of which nothing is used up any more; how many. It waits for no call under way."""
    key = tuple_(RateLimit.scope, RateLimit.subject)
    unused = (
        select(RateLimit.scope, RateLimit.subject)
        .where(RateLimit.used_until < func.now())
        .with_for_update(skip_locked=True)
    )
    result = session.execute(
        delete(RateLimit).where(key.in_(unused)).returning(RateLimit.scope).execution_options(synchronize_session=False)
    )
    return len(result.all())


def _charged(n: int) -> str:
    """The n-th counter with a call's cost, if it lets the call pass as all before it do, as SQL."""
    charged = f"{_used(n)} + make_interval(secs => :cost_{n})"
    return f"""c{n} AS (
        INSERT INTO rate_limits AS mine (scope, subject, used_until)
        SELECT :scope_{n}, :subject_{n}, clock_timestamp() + make_interval(secs => :cost_{n})
        {f"FROM c{n - 1}" if n else ""}
        ON CONFLICT (scope, subject) DO UPDATE SET used_until = {charged}
        WHERE {charged} <= clock_timestamp() + make_interval(secs => :period_{n})
        RETURNING used_until)"""


def _used(n: int) -> str:
    """Up to when a counter is used up, as SQL. By the clock and not the transaction's time, which may lie far behind
    once the counter's row is locked."""
    last = f"clock_timestamp() + make_interval(secs => :period_{n} + {SLACK_SECONDS})"
    believed = f"mine.used_until BETWEEN clock_timestamp() AND {last}"
    return f"CASE WHEN {believed} THEN mine.used_until ELSE clock_timestamp() END"


def _result(n: int) -> str:
    """What the n-th counter holds now if it let the call pass, and what it held before, in seconds, as SQL."""
    seconds = "CAST(EXTRACT(epoch FROM used_until - clock_timestamp()) AS float)"
    mine = f"scope = :scope_{n} AND subject = :subject_{n}"
    return f"""(SELECT {seconds} FROM c{n}) AS charged_{n},
        (SELECT {seconds} FROM rate_limits WHERE {mine}) AS before_{n}"""  # noqa: S608 (a number)


def _given_back(n: int) -> str:
    """The n-th counter without a share of a call's cost, after those before it, as SQL."""
    return f"""c{n} AS (
        UPDATE rate_limits SET used_until = used_until - make_interval(secs => :cost_{n} * :share)
        FROM (SELECT count(*) {f"FROM c{n - 1}" if n else ""}) AS earlier
        WHERE scope = :scope_{n} AND subject = :subject_{n}
        RETURNING 1)"""  # noqa: S608 (a number)


def _parameters(counters: Sequence[Counter], *names: str) -> dict[str, object]:
    return {f"{name}_{n}": getattr(counter, name) for n, counter in enumerate(counters) for name in names}
