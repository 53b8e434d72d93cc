"""Runs all checks of the doctor in the order of the report."""

from collections.abc import Iterator

from db.core.engine import create_database
from service.doctor.accounts import examine_accounts
from service.doctor.database import examine_index, examine_server
from service.doctor.exposure import examine_exposure
from service.doctor.finding import Finding
from service.doctor.folder import examine_folder
from service.doctor.gallery import examine
from service.doctor.keys import examine_keys
from service.doctor.retention import examine_retention
from service.gallery.earlier_models import earlier_cards
from service.gallery.vector_index import VectorIndex
from service.settings.model import Settings


def examine_installation(settings: Settings, url: str) -> Iterator[Finding]:
    """Yields the whole report. Raises DatabaseError if the database is not available.

    If this version cannot use the schema, the report omits the gallery.
    """
    yield from examine_exposure(settings)
    yield from examine_folder(settings)
    yield from examine_keys(settings)
    database = create_database(url, pool_size=1)
    try:
        findings, migrated = examine_server(database, embedded=settings.database_url is None)
        yield from findings
        if migrated:
            yield examine_retention(database, settings)
            yield from examine_accounts(database)
            yield from examine_index(VectorIndex(database, settings.card, settings.index).status())
            yield from examine(database, [settings.card, *earlier_cards(settings, database)], settings.budget)
    finally:
        database.dispose()
