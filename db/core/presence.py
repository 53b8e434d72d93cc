"""Finds the models that running services search with, from the names of their connections."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.core.models import check_model_id

SERVING = "visage serves"
"""The prefix of the names of a service's connections. With the longest model id it fits PostgreSQL's 63 bytes."""

_SERVED = text("""
    SELECT DISTINCT split_part(application_name, ' ', 3) FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, :serving)
    ORDER BY 1
""")


def serving_name(model_id: str, suffix: str = "") -> str:
    """Returns the connection name of a service that enrols with this model; ``suffix`` is the operator's own name."""
    return f"{SERVING} {check_model_id(model_id)} {suffix}".rstrip()


def models_served(session: Session) -> list[str]:
    """Returns the models that running services enrol and search with.

    A service is visible by its connections to this database, which it opens at its start and keeps. After a restart of
    the database server, it becomes visible with its next request. Behind a pooler that lends connections for a
    transaction, it is visible only during its transactions.
    """
    return list(session.execute(_SERVED, {"serving": f"{SERVING} "}).scalars())
