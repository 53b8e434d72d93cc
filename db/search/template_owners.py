"""Ties templates to the accounts they belong to.

Normally a foreign key does that. A table that Citus has distributed cannot have a foreign key to an ordinary table.
There a trigger erases templates with their accounts, and ``db.search.templates.put`` locks the account before it adds a
template.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

FOREIGN_KEY = "fk_face_templates_user_id"
TRIGGER = "erase_templates"

_DETACH = (
    f"ALTER TABLE face_templates DROP CONSTRAINT IF EXISTS {FOREIGN_KEY}",
    f"""
    CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE erased uuid[] := ARRAY(SELECT id FROM gone);
    BEGIN
        IF cardinality(erased) > 0 THEN
            DELETE FROM face_templates WHERE user_id = ANY (erased);
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 (a constant)
    f"""
    CREATE OR REPLACE TRIGGER {TRIGGER} AFTER DELETE ON users REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}()
    """,
    f"COMMENT ON TRIGGER {TRIGGER} ON users IS 'In the place of the foreign key of templates that are distributed'",
)

_DROP_TRIGGER = (f"DROP TRIGGER IF EXISTS {TRIGGER} ON users", f"DROP FUNCTION IF EXISTS {TRIGGER}()")

_ATTACH = (
    "DELETE FROM face_templates WHERE NOT EXISTS (SELECT FROM users WHERE id = user_id)",
    f"""
    ALTER TABLE face_templates ADD CONSTRAINT {FOREIGN_KEY}
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    """,
)


def detach(connection: Connection) -> None:
    """Replaces the foreign key by the trigger, within the current transaction."""
    _run(connection, _DETACH)


def drop_trigger(connection: Connection) -> None:
    """Drops the trigger, within the current transaction. Citus requires that before it takes the templates back."""
    _run(connection, _DROP_TRIGGER)


def attach(connection: Connection) -> None:
    """Restores the foreign key within the current transaction, and erases templates whose account is gone."""
    _run(connection, _ATTACH)


def are_detached(source: Session | Connection) -> bool:
    """Whether the trigger exists."""
    found = text("SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = :name)")
    return bool(source.execute(found, {"name": TRIGGER}).scalar_one())


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
