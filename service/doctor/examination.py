"""Runs all checks of the doctor in the order of the report."""

from collections.abc import Iterator

from db.core.engine import Database, create_database
from db.search.index_status import counted_status
from service.doctor.accounts import examine_accounts
from service.doctor.database import examine_index, examine_server
from service.doctor.exposure import examine_exposure
from service.doctor.finding import Finding
from service.doctor.folder import examine_folder, examine_networks
from service.doctor.gallery import examine
from service.doctor.keys import examine_keys, examine_signing_keys
from service.doctor.retention import examine_retention
from service.gallery.earlier_models import earlier_cards
from service.settings.model import Settings

NOT_HERE = "each start checks them, and so does `visage doctor`; it would slow logins down here"
"""What the report of a serving process says of what takes too long there."""


def examine_installation(settings: Settings, url: str) -> Iterator[Finding]:
    """Yields the whole report. Raises DatabaseError if the database is not available.

    If this version cannot use the schema, the report omits the gallery.
    """
    database = create_database(url, pool_size=1)
    try:
        yield from examine_exposure(settings)
        yield from examine_folder(settings)
        yield from examine_networks(settings)
        yield examine_signing_keys(settings)
        yield from examine_keys(settings)
        findings, migrated = examine_server(database, embedded=settings.database_url is None)
        yield from findings
        if migrated:
            yield from _examine_stored(settings, database)
    finally:
        database.dispose()


def examine_service(settings: Settings, database: Database) -> Iterator[Finding]:
    """Yields the report in a process that serves, on its database; raises DatabaseError.

    It takes one connection at a time, each for a few statements, and no lock that a login needs. It leaves out what
    keeps a core busy: reading the converted networks and the signing keys.
    """
    yield from examine_exposure(settings)
    yield from examine_folder(settings)
    yield Finding("networks", NOT_HERE, checked=False)
    yield Finding("signing keys", NOT_HERE, checked=False)
    yield from examine_keys(settings)
    findings, _ = examine_server(database, embedded=None)
    yield from findings
    yield from _examine_stored(settings, database)


def _examine_stored(settings: Settings, database: Database) -> Iterator[Finding]:
    """Reports on what is in a database whose schema is the newest."""
    yield examine_retention(database, settings)
    yield from examine_accounts(database)
    with database.unit_of_work() as work:
        status = counted_status(work.session.connection(), settings.card.model_id)
    yield from examine_index(status)
    yield from examine(database, [settings.card, *earlier_cards(settings, database)], settings.budget)
