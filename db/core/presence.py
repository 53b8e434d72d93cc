"""Which models the running services search with, as the names of their connections tell."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.core.models import check_model_id

SERVING = "visage serves"
"""How the names of a service's connections begin; with the longest model id they fit into PostgreSQL's 63 bytes."""

_SERVED = text("""
    SELECT DISTINCT split_part(application_name, ' ', 3) FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, :serving)
    ORDER BY 1
""")


def serving_name(model_id: str, suffix: str = "") -> str:
    """What a service that enrols with this model calls its connections; ``suffix`` is the operator's own name."""
    return f"{SERVING} {check_model_id(model_id)} {suffix}".rstrip()


def models_served(session: Session) -> list[str]:
    """The models that running services enrol and search with.

    A service is seen by its connections to this database, which it opens when it starts and keeps. One whose server was
    just restarted is seen again with its next request, and one behind a pooler that lends connections for a transaction
    only now and then.
    """
    return list(session.execute(_SERVED, {"serving": f"{SERVING} "}).scalars())
