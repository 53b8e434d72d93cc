"""Findings about accounts."""

from collections.abc import Iterator

from db.core.engine import Database
from db.queries import usernames
from service.doctor.finding import Finding

SHOWN = 5
"""The maximum number of usernames to print."""


def examine_accounts(database: Database) -> Iterator[Finding]:
    """Reports accounts of earlier releases whose names differ only in case from the name of an older account."""
    with database.unit_of_work() as work:
        names = usernames.without_key(work.session)
    if names:
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        accounts = "1 account is" if len(names) == 1 else f"{len(names):,} accounts are"
        yield Finding(
            "usernames",
            f"{accounts} found only by exact spelling: an older account has the same name in another case: {shown}",
        )
