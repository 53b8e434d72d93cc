"""Kills a migration before one of its statements, and reads the resulting schema."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event, text

from db.core.engine import create_database
from db.server import migrate

PEOPLE = """
    INSERT INTO users (username, display_name, password_hash, facial_data)
    SELECT 'p' || n, 'Person ' || n, '$argon2id$none', '{"version": 1}' FROM generate_series(1, 20) AS n
"""


def upgrade_until(url: str, number: int | None, blow: Callable[[], object] = lambda: None) -> int:
    """Migrates; calls ``blow`` before the statement with this number, from 0. Returns the number of statements."""
    count = 0

    def strike(*_: Any) -> None:
        nonlocal count
        if count == number:
            blow()
        count += 1

    event.listen(Engine, "before_cursor_execute", strike)
    try:
        migrate.upgrade(url)
    finally:
        event.remove(Engine, "before_cursor_execute", strike)
    return count


def upgrade_killed_at(url: str, number: int) -> None:
    """Migrates in a process that kills itself before the statement with this number."""
    child = os.fork()
    if child == 0:
        try:
            upgrade_until(url, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def schema_of(url: str) -> list[tuple[Any, ...]]:
    """Returns every column, index and constraint, and the revision."""
    statement = text("""
        SELECT 'column', table_name, column_name, data_type FROM information_schema.columns
            WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3
    """)
    database = create_database(url)
    with database.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
        rows.append(("revision", migrate.current(connection)))
    database.dispose()
    return rows
