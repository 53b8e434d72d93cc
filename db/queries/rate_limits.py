"""Counters of rate-limited calls: one statement checks and charges all counters of a call.

Each counter is the moment until which its limit is used up. A call moves that moment on by its cost in seconds. This is
the generic cell rate algorithm (GCRA, ITU-T I.371), which needs one number where a window of counts needs many. A call
passes if the moment stays within the limit's period from now.

The statement charges the counters one after the other in the caller's order, which must always be the same. It charges
a counter only if all counters before it let the call pass. So a client that has used up its own limit cannot use up the
limit of others, and two calls cannot deadlock. The database provides the time, so the services' clocks may differ.

The table is not UNLOGGED, because a crash of PostgreSQL or a failover would leave an UNLOGGED table empty. The commits
do not wait for the disk, which saves about as much: a crash may lose the counts of the last half second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Double, LargeBinary, Text, delete, func, select, text, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from db.core import prepared_statements
from db.core.models import RateLimit
from db.core.prepared_statements import PreparedStatement

SLACK_SECONDS = 60
"""Seconds beyond its period up to which a counter is plausible. A counter further ahead was left by a limit with a
longer period, or by a clock that has been set back since; it counts as unused."""


ASYNCHRONOUS_COMMIT = "set_config('synchronous_commit', 'off', true)"
"""SQL that makes the commit of its own statement asynchronous, so that it does not wait for the disk."""

_TYPES: dict[str, TypeEngine[Any]] = {"scope": Text(), "subject": LargeBinary(), "period": Double(), "cost": Double()}
"""The types of the parameters of a charge, by the attribute of :class:`Counter`."""

_GIVE_BACK = text(f"""
    WITH refunded AS (
        UPDATE rate_limits SET used_until = used_until - make_interval(secs => :seconds)
        WHERE scope = :scope AND subject = :subject RETURNING 1
    )
    SELECT {ASYNCHRONOUS_COMMIT}, (SELECT count(*) FROM refunded)
""")  # noqa: S608 (a constant)


@dataclass(frozen=True)
class Counter:
    """One limit of one subject, and the cost of a call.

    Attributes:
        scope: the limit's name.
        subject: the keyed hash of the address, account or device that the limit is counted for.
        period: seconds in which a used-up limit becomes free again.
        cost: seconds of the period that the call uses up.
    """

    scope: str
    subject: bytes
    period: float
    cost: float


@dataclass(frozen=True)
class Charge:
    """The result of charging a call.

    Attributes:
        refused: the position of the counter that refused the call, or None.
        used: the used seconds of the counter that refused, or else of the first counter.
    """

    refused: int | None
    used: float


def charge(connection: Connection, counters: Sequence[Counter]) -> Charge:
    """Charges a call to all of its counters, or to those before the first one that refuses it.

    Args:
        connection: one of ``Database.autocommit_statement``.
        counters: at least one, none with a cost above its period, in an order that is the same for all calls.
    """
    parameters = {f"{name}_{n}": getattr(counter, name) for n, counter in enumerate(counters) for name in _TYPES}
    row = prepared_statements.run(connection, _charge_statement(len(counters)), parameters).one()._mapping
    for n, counter in enumerate(counters):
        if row[f"charged_{n}"] is None:
            before = row[f"before_{n}"]  # None if another call has just created this counter and used it up
            return Charge(n, counter.period if before is None else min(max(0.0, before), counter.period))
    return Charge(None, row["charged_0"])


def give_back(connection: Connection, scope: str, subject: bytes, seconds: float) -> None:
    """Refunds some seconds to a counter. It changes one row, so that it cannot deadlock with a charge.

    Args:
        connection: one of ``Database.autocommit_statement``.
        scope: as in :class:`Counter`.
        subject: likewise.
        seconds: of the counter's period.
    """
    connection.execute(_GIVE_BACK, {"scope": scope, "subject": subject, "seconds": seconds})


def delete_unused(session: Session) -> int:
    """Deletes counters that are entirely unused and returns their number. It waits for no call in progress."""
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


@lru_cache
def _charge_statement(counters: int) -> PreparedStatement:
    numbers = range(counters)
    results = ", ".join(_result(n) for n in numbers)
    sql = f"WITH {', '.join(_charged(n) for n in numbers)} SELECT {ASYNCHRONOUS_COMMIT}, {results}"
    return PreparedStatement(sql, {f"{name}_{n}": type_ for n in numbers for name, type_ in _TYPES.items()})


def _charged(n: int) -> str:
    """Returns the SQL that charges the n-th counter if it and all counters before it let the call pass."""
    charged = f"{_used(n)} + make_interval(secs => :cost_{n})"
    return f"""c{n} AS (
        INSERT INTO rate_limits AS mine (scope, subject, used_until)
        SELECT :scope_{n}, :subject_{n}, clock_timestamp() + make_interval(secs => :cost_{n})
        {f"FROM c{n - 1}" if n else ""}
        ON CONFLICT (scope, subject) DO UPDATE SET used_until = {charged}
        WHERE {charged} <= clock_timestamp() + make_interval(secs => :period_{n})
        RETURNING used_until)"""


def _used(n: int) -> str:
    """Returns the SQL for the moment until which a counter is used up.

    It uses the clock and not the transaction's time, which may be far in the past after a wait for the counter's row.
    """
    last = f"clock_timestamp() + make_interval(secs => :period_{n} + {SLACK_SECONDS})"
    is_plausible = f"mine.used_until BETWEEN clock_timestamp() AND {last}"
    return f"CASE WHEN {is_plausible} THEN mine.used_until ELSE clock_timestamp() END"


def _result(n: int) -> str:
    """Returns the SQL for the n-th counter's seconds, after the charge (null if it refused) and before it."""
    seconds = "CAST(EXTRACT(epoch FROM used_until - clock_timestamp()) AS float)"
    mine = f"scope = :scope_{n} AND subject = :subject_{n}"
    return f"""(SELECT {seconds} FROM c{n}) AS charged_{n},
        (SELECT {seconds} FROM rate_limits WHERE {mine}) AS before_{n}"""  # noqa: S608 (a number)
