"""What there is to tell of accounts."""

from collections.abc import Iterator

from db.core.engine import Database
from db.queries import usernames
from service.doctor.finding import Finding

SHOWN = 5
"""Usernames that are told, at most."""


def examine_accounts(database: Database) -> Iterator[Finding]:
    """Accounts of earlier releases whose names differ in case alone from those of older accounts."""
    with database.unit_of_work() as work:
        names = usernames.without_key(work.session)
    if names:
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        accounts = "1 account is" if len(names) == 1 else f"{len(names):,} accounts are"
        yield Finding(
            "usernames",
            f"{accounts} found by the exact spelling alone, as an older account has the name in another case: {shown}",
        )
