"""The end of vector indexes: those of models that nobody has a template of any more."""

from db.core.engine import Database
from db.core.locks import try_lock
from db.search.index import LOCK_KEY
from db.search.index_build import drop
from db.search.index_status import vector_indexes
from db.search.index_use import index_name
from db.search.templates import models_present


def drop_unused_indexes(database: Database, model_id: str) -> list[str]:
    """Drops the vector indexes of models of which there are no templates, but for this model's, while logins go on.

    Returns:
        What was dropped; nothing while another process builds an index, as the next call makes up for it.
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
