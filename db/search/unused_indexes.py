"""Drops the vector indexes of models that have no templates any more."""

from db.core.engine import Database
from db.core.locks import try_lock
from db.search.index import LOCK_KEY
from db.search.index_build import drop
from db.search.index_status import vector_indexes
from db.search.index_use import index_name
from db.search.templates import models_present


def drop_unused_indexes(database: Database, model_id: str) -> list[str]:
    """Drops the vector indexes of models without templates, except this model's. Logins continue meanwhile.

    Returns:
        The names of the dropped indexes. Empty while another process builds an index; the next call then drops them.
    """
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        if not mine:
            return []
        with database.unit_of_work() as work:
            used = [index_name(one) for one in {model_id, *models_present(work.session)}]
            unused = [name for name in vector_indexes(work.session) if name not in used]
        for name in unused:
            drop(connection, name)
    return unused
