"""A killed migration leaves the old or the new schema with all data, and the next run finishes it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from db.core.engine import create_database
from db.core.errors import DatabaseUnavailableError
from db.server import migrate
from tests.db.embedded_server import kill, pid_of, started
from tests.db.migrating import PEOPLE, schema_of, upgrade_killed_at, upgrade_until
from tests.service.faults import chances

BEFORE = "0002"
"""The revision before the migration: the oldest tables have data, and most of the schema is still missing."""

FEW = 3
SEVERAL = 12
SEED = 20261126

Schema = list[tuple[object, ...]]


@dataclass(frozen=True)
class Change:
    """The start and the end of a migration, and the number of its statements."""

    old: Schema
    new: Schema
    statements: int


def rehearsed(url: str) -> Change:
    """Migrates once and back, and leaves people in a schema with most migrations still to run."""
    migrate.upgrade(url, BEFORE)
    database = create_database(url)
    with database.unit_of_work() as work:
        work.session.execute(text(PEOPLE))
    database.dispose()
    old, statements, new = schema_of(url), upgrade_until(url, None), schema_of(url)
    migrate.downgrade(url, BEFORE)
    assert schema_of(url) == old != new
    return Change(old, new, statements)


def check_all_or_nothing(url: str, change: Change) -> None:
    assert schema_of(url) in (change.old, change.new)
    database = create_database(url)
    with database.unit_of_work() as work:
        assert work.session.execute(text("SELECT count(*) FROM users WHERE facial_data IS NOT NULL")).scalar_one() == 20
    database.dispose()


@pytest.mark.parametrize("moments", [FEW, pytest.param(None, marks=pytest.mark.slow)], ids=["few", "all"])
def test_a_migration_that_is_killed_has_changed_all_or_nothing(empty_url: str, moments: int | None) -> None:
    change = rehearsed(empty_url)
    numbers = chances(SEED).sample(range(change.statements), moments or change.statements)
    print(f"seed {SEED}: killed before statements {numbers} of {change.statements}")
    for number in numbers:
        upgrade_killed_at(empty_url, number)
        check_all_or_nothing(empty_url, change)
    migrate.upgrade(empty_url)
    assert schema_of(empty_url) == change.new
    check_all_or_nothing(empty_url, change)


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, SEVERAL])
def test_a_server_killed_under_a_migration_has_changed_all_or_nothing(tmp_path: Path, times: int) -> None:
    with started(tmp_path / "home") as server:
        change = rehearsed(server.url)
        numbers = chances(SEED).sample(range(change.statements), times)
        print(f"seed {SEED}: server killed before statements {numbers} of {change.statements}")
        for number in numbers:
            with pytest.raises(DatabaseUnavailableError):
                upgrade_until(server.url, number, lambda: kill(pid_of(server)))
            assert server.ensure_running()
            check_all_or_nothing(server.url, change)
        migrate.upgrade(server.url)
        assert schema_of(server.url) == change.new
