"""Runs the migrations, one process at a time."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text

from db.core.citus import check_undistributed
from db.core.engine import create_database
from db.core.errors import MigrationError
from db.core.models import METADATA

OLDEST_POSTGRES = 15
"""The oldest PostgreSQL that the project supports."""

OLDEST_PGVECTOR = (0, 7)
"""The oldest pgvector that the project supports: the first with halfvec, which indexes use."""

LOCK_KEY = 0x56697361_6D696772
"""The advisory lock held while migrating ("Visamigr" in ASCII), so that two services that start together take turns."""


HEAD, BASE = "head", "base"
"""The names of the newest revision, whichever it is, and of the empty schema before the first one."""


def upgrade(url: str, revision: str = HEAD) -> tuple[str | None, str | None]:
    """Upgrades the schema to a revision; does nothing if it is there already.

    Everything happens in one transaction, so a migration that fails leaves the schema unchanged.

    Returns:
        The schema's revisions before and after; None stands for no migration.

    Raises:
        DatabaseURLError: the URL is not a PostgreSQL URL.
        MigrationError: the server is too old, lacks pgvector or the right to install it, or has a newer schema or
            tables of another application; or there is no such revision.
        DatabaseUnavailableError: the server does not answer.
    """
    check_name(revision, HEAD)
    passed: list[str | None] = []

    def take_up(config: Config) -> None:
        passed.append(current(config.attributes["connection"]))
        command.upgrade(config, revision)
        passed.append(current(config.attributes["connection"]))

    _run(url, take_up)
    before, after = passed
    return before, after


def check_database(url: str) -> None:
    """Checks that the migrations can run; changes nothing. Raises as :func:`upgrade`."""
    _run(url, lambda _config: None)


def downgrade(url: str, revision: str) -> None:
    """Downgrades the schema to a revision, or to ``base`` for none; raises as :func:`upgrade`.

    Raises:
        DistributionError: the templates are distributed.
    """
    check_name(revision, BASE)

    def take_back(config: Config) -> None:
        check_undistributed(config.attributes["connection"])
        command.downgrade(config, revision)

    _run(url, take_back)


def losses(url: str, revision: str) -> list[str]:
    """Returns what a downgrade removes, from each migration's docstring, the newest first; raises as the downgrade."""
    check_name(revision, BASE)
    found: list[str] = []

    def describe(config: Config) -> None:
        check_undistributed(config.attributes["connection"])
        upper = current(config.attributes["connection"])
        if revision != BASE and (upper is None or _revisions().index(upper) < _revisions().index(revision)):
            raise MigrationError(f"the database is at revision {upper or BASE}, which is older than {revision}")
        for script in ScriptDirectory.from_config(config).iterate_revisions(upper, revision):
            found.append(f"{script.revision}: {' '.join((script.module.downgrade.__doc__ or '').split())}")

    _run(url, describe)
    return found


def check_name(revision: str, other: str) -> None:
    """Raises MigrationError if the name is neither a revision nor the other name, ``HEAD`` or ``BASE``."""
    known = [*_revisions(), other]
    if revision not in known:
        raise MigrationError(f"there is no revision {revision!r}; the revisions are {', '.join(known)}")


def current(connection: Connection) -> str | None:
    """Returns the revision of the schema, or None if no migration has run."""
    return MigrationContext.configure(connection).get_current_revision()


def server_version(connection: Connection) -> int:
    """Returns the server's major version, such as 18."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def head() -> str:
    """Returns the newest revision that this code knows."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise MigrationError("the migrations are missing from the installation")
    return revision


def _run(url: str, change: Callable[[Config], Any]) -> None:
    database = create_database(url, pool_size=1, application_name="visage migrate", statement_timeout_ms=0)
    try:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            _check_server(connection)
            _check_revision(connection)
            config = _config()
            config.attributes["connection"] = connection
            try:
                change(config)
            except CommandError as error:
                raise MigrationError(f"{error}; the revisions are {', '.join(_revisions())}") from error
    finally:
        database.dispose()


def _config() -> Config:
    config = Config()
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise MigrationError("the package 'migrations' is missing from the installation")
    folder = Path(spec.submodule_search_locations[0])
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revisions() -> list[str]:
    """Returns every revision that this code knows, the oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def _check_revision(connection: Connection) -> None:
    revision = current(connection)
    if revision is None:
        _check_names(connection)
    elif revision not in _revisions():
        raise MigrationError(
            f"the database is at revision {revision}, which this version of Visage does not know (its newest is "
            f"{head()}): run the newer Visage, or take the schema back with it first"
        )


def _check_names(connection: Connection) -> None:
    """Raises if no migration of Visage has run, but tables have the names of Visage's tables."""
    taken = sorted(set(inspect(connection).get_table_names()) & set(METADATA.tables))
    if taken:
        raise MigrationError(
            f"the database holds tables that Visage did not make and whose names it needs ({', '.join(taken)}): create "
            "a database for Visage alone and name that one in DATABASE_URL"
        )


def _check_server(connection: Connection) -> None:
    """Checks a server before the migrations, to raise clear errors."""
    postgres = server_version(connection)
    if postgres < OLDEST_POSTGRES:
        raise MigrationError(f"PostgreSQL {postgres} is too old: Visage needs {OLDEST_POSTGRES} or newer")
    installed, available = connection.execute(
        text("""
            SELECT (SELECT extversion FROM pg_extension WHERE extname = 'vector'),
                   (SELECT default_version FROM pg_available_extensions WHERE name = 'vector')
        """)
    ).one()
    pgvector = installed or available
    if pgvector is None:
        raise MigrationError(
            "the server has no pgvector: install it beside PostgreSQL (on Debian and Ubuntu the package "
            f"postgresql-{postgres}-pgvector), or unset DATABASE_URL to use the embedded server"
        )
    if tuple(int(part) for part in pgvector.split(".")[:2]) < OLDEST_PGVECTOR:
        raise MigrationError(
            f"pgvector {pgvector} is too old: Visage needs {'.'.join(map(str, OLDEST_PGVECTOR))} or newer"
            + (f"; run ALTER EXTENSION vector UPDATE, the server offers {available}" if installed else "")
        )
    if installed is None and not _may_install(connection):
        raise MigrationError(
            "this role may not install pgvector: run CREATE EXTENSION vector in the database as a superuser, once"
        )


def _may_install(connection: Connection) -> bool:
    """Whether the role may run CREATE EXTENSION vector; only some builds mark the extension as trusted."""
    statement = text("""
        SELECT rolsuper OR (
            SELECT bool_or(trusted AND version = (SELECT default_version FROM pg_available_extensions
                                                  WHERE name = 'vector'))
            FROM pg_available_extension_versions WHERE name = 'vector'
        ) AND has_database_privilege(current_database(), 'CREATE')
        FROM pg_roles WHERE rolname = current_user
    """)
    return bool(connection.execute(statement).scalar_one())
