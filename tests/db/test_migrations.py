"""Migrations go up, down and up again with data in the tables, and the schema matches the models."""

import os
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError, DatabaseURLError, MigrationError
from db.core.models import METADATA
from db.queries import disputes, history, invitations, passkeys, password_links, refresh_tokens, usernames, users
from db.queries.disputes import Claim
from db.queries.invitations import Bounds
from db.queries.refresh_tokens import NewToken
from db.search import templates
from db.server import migrate
from service.domain.levels import Level
from service.history.series import RULES
from tests.db.gallery import MODEL, unit_vectors
from tests.db.people import add_person
from tests.postgres import database_copy

ADD_ADA = """
    INSERT INTO users (username, email, display_name, password_hash)
    VALUES ('ada', 'ada@example.org', 'Ada', '$argon2id$none')
"""

ADD_TEMPLATE = f"""
    INSERT INTO face_templates (user_id, model_id, embedding)
    SELECT id, '{MODEL}', array_fill(0.1, ARRAY[512])::vector FROM users
    ON CONFLICT (user_id, model_id) DO UPDATE SET embedding = excluded.embedding
"""  # noqa: S608
"""Writes a template as every release since migration 0003 does."""


@pytest.fixture
def empty_database(empty_url: str) -> Iterator[Database]:
    database = create_database(empty_url)
    yield database
    database.dispose()


def run(database: Database, statement: str) -> None:
    with database.unit_of_work() as unit:
        unit.session.execute(text(statement))


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.unit_of_work() as unit:
        return [tuple(row) for row in unit.session.execute(text(statement))]


def test_people_who_had_accounts_before_keep_them_when_facial_data_comes(
    empty_url: str, empty_database: Database
) -> None:
    migrate.upgrade(empty_url, "0001")
    run(empty_database, ADD_ADA)
    before = rows(empty_database, "SELECT * FROM users")
    migrate.upgrade(empty_url, "0002")
    assert rows(empty_database, "SELECT * FROM users") == [(*before[0], None)]


def test_people_survive_facial_data_going_and_coming_back(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url, "0002")
    run(empty_database, ADD_ADA)
    run(empty_database, """UPDATE users SET facial_data = '{"version": 1}'""")
    migrate.downgrade(empty_url, "0001")
    assert rows(empty_database, "SELECT username FROM users") == [("ada",)]
    migrate.upgrade(empty_url, "0002")
    assert rows(empty_database, "SELECT username, facial_data FROM users") == [("ada", None)]


def test_the_whole_schema_goes_up_down_and_up_with_people_in_it(empty_url: str, empty_database: Database) -> None:
    for _ in range(2):
        migrate.upgrade(empty_url)
        with empty_database.unit_of_work() as unit:
            user = users.add_user(unit.session, username="ada", display_name="Ada", password_hash="$argon2id$none")
            templates.put(unit.session, user.id, MODEL, unit_vectors(1, seed=1)[0])
        migrate.downgrade(empty_url, "base")
    assert rows(empty_database, "SELECT to_regclass('users'), to_regclass('face_templates')") == [(None, None)]


def test_templates_are_not_rewritten_for_the_columns_of_consent(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url, "0010")
    run(empty_database, ADD_ADA)
    run(empty_database, ADD_TEMPLATE)
    state = "SELECT ctid::text, xmin::text, pg_relation_filenode('face_templates') FROM face_templates"
    before = rows(empty_database, state)
    migrate.upgrade(empty_url)
    assert rows(empty_database, state) == before
    assert rows(empty_database, "SELECT consent_version, consented_at FROM face_templates") == [(None, None)]


def test_a_service_of_the_release_before_works_on_the_new_schema(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url)
    run(empty_database, ADD_ADA)
    run(empty_database, ADD_TEMPLATE)
    for method in ("face", "pwd"):
        run(
            empty_database,
            f"""
            INSERT INTO refresh_tokens (token_hash, family, user_id, amr, auth_time, created_at, expires_at)
            SELECT sha256('{method}'), gen_random_uuid(), id, '{method}', now(), now(), now() FROM users
            """,  # noqa: S608
        )
    levels = rows(empty_database, "SELECT acr FROM refresh_tokens ORDER BY amr")
    assert levels == [("urn:visage:face",), ("urn:visage:pwd",)]


def test_people_outlive_their_templates_going(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url)
    run(empty_database, ADD_ADA)
    migrate.downgrade(empty_url, "0002")
    migrate.upgrade(empty_url)
    assert rows(empty_database, "SELECT username FROM users") == [("ada",)]


def test_sessions_survive_the_level_of_logins_coming(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url, "0007")
    run(empty_database, ADD_ADA)
    run(
        empty_database,
        """
        INSERT INTO refresh_tokens (token_hash, family, user_id, amr, auth_time, expires_at)
        SELECT sha256(amr::bytea), gen_random_uuid(), id, amr, now(), now()
        FROM users, (VALUES ('face'), ('pwd')) AS methods (amr)
        """,
    )
    migrate.upgrade(empty_url, "0008")
    levels = "SELECT amr, acr FROM refresh_tokens ORDER BY amr"
    assert rows(empty_database, levels) == [("face", "urn:visage:face"), ("pwd", "urn:visage:pwd")]
    migrate.downgrade(empty_url, "0007")
    migrate.upgrade(empty_url, "0008")
    assert len(rows(empty_database, levels)) == 2


def test_people_outlive_their_links_and_disputes_going(empty_url: str, empty_database: Database) -> None:
    for _ in range(2):
        migrate.upgrade(empty_url)
        with empty_database.unit_of_work() as unit:
            user = users.find_by_username(unit.session, "ada") or add_person(unit.session)
            moments = {"created_at": user.created_at, "expires_at": user.created_at}
            invitations.add(unit.session, bytes(32), Bounds("bob", None), **moments)
            password_links.put(unit.session, user.id, bytes(32), **moments)
            disputes.add(unit.session, user.id, Claim(MODEL, 0.9, 0.8, False, "bob@example.org", None))
        migrate.downgrade(empty_url, "0009")
    assert rows(empty_database, "SELECT username, to_regclass('disputes') FROM users") == [("ada", None)]


def test_sessions_of_passkeys_end_when_passkeys_go(empty_url: str, empty_database: Database) -> None:
    for _ in range(2):
        migrate.upgrade(empty_url)
        with empty_database.unit_of_work() as unit:
            user = users.find_by_username(unit.session, "ada") or add_person(unit.session)
            values = {"public_key": b"key", "sign_count": 0, "transports": [], "name": "Key", "backed_up": False}
            passkeys.add(unit.session, credential_id=b"1", user_id=user.id, aaguid=user.id, **values)
            passkeys.add_ceremony(unit.session, bytes(32), purpose="add", user_id=user.id, expires_at=user.created_at)
            for level in (Level.PASSWORD, Level.PASSKEY, Level.FACE_AND_PASSKEY):
                moments = {"auth_time": user.created_at, "expires_at": user.created_at}
                token = NewToken(sha256(level.encode()).digest(), user.id, "amr", level, **moments)
                refresh_tokens.add(unit.session, token, user.created_at)
        migrate.downgrade(empty_url, "0014")
        assert rows(empty_database, "SELECT acr FROM refresh_tokens") == [("urn:visage:pwd",)]
        run(empty_database, "DELETE FROM refresh_tokens")


def test_the_history_goes_down_and_up_with_rows_in_it(empty_url: str, empty_database: Database) -> None:
    for _ in range(2):
        migrate.upgrade(empty_url)
        with empty_database.unit_of_work() as unit:
            history.add(unit.session, {"errors/busy": 2.0, "queue": 3.0}, RULES)
        assert rows(empty_database, "SELECT series, value FROM service_history ORDER BY series") == [
            ("errors/busy", 2.0),
            ("queue", 3.0),
        ]
        migrate.downgrade(empty_url, "0016")
    assert rows(empty_database, "SELECT to_regclass('service_history')") == [(None,)]


OF_ONE_NAME = """
    INSERT INTO users (username, display_name, password_hash, created_at) VALUES
        ('strasse', 'Younger', 'hash 1', '2026-02-01'), ('Straße', 'Older', 'hash 2', '2026-01-01'),
        ('Νίκος', 'Older', 'hash 3', '2026-01-01'), ('ΝΊΚΟΣ', 'Younger', 'hash 4', '2026-02-01'),
        ('Ada', 'Alone', 'hash 5', '2026-02-01'), (E'ada\ufe0f', 'Disguised', 'hash 6', '2026-02-02')
"""


def test_accounts_whose_names_become_one_are_all_kept(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url, "0013")
    run(empty_database, OF_ONE_NAME)
    kept = "SELECT id, username, display_name, password_hash, updated_at FROM users ORDER BY id"
    before = rows(empty_database, kept)
    for _ in range(2):
        migrate.upgrade(empty_url)
        assert rows(empty_database, kept) == before
        keys = rows(empty_database, "SELECT username, username_key FROM users ORDER BY password_hash")
        assert keys == [
            ("strasse", None),
            ("Straße", "strasse"),
            ("Νίκος", "νίκοσ"),
            ("ΝΊΚΟΣ", None),
            ("Ada", "ada"),
            ("ada\ufe0f", None),
        ]
        with empty_database.unit_of_work() as unit:
            for name, *_ in keys:
                found = users.find_by_username(unit.session, str(name))
                assert found is not None
                assert found.username == name
        migrate.downgrade(empty_url, "0013")
    assert rows(empty_database, kept) == before


def test_an_invitation_names_its_account_by_the_key(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url, "0013")
    run(
        empty_database,
        "INSERT INTO invitations (token_hash, username, created_at, expires_at) "
        "VALUES (sha256('a'), 'Straße', now(), now()), (sha256('b'), NULL, now(), now())",
    )
    migrate.upgrade(empty_url)
    names = [name for (name,) in rows(empty_database, "SELECT username FROM invitations ORDER BY username")]
    assert names == ["strasse", None]


def test_an_account_of_the_release_before_is_found_and_gets_its_key(empty_url: str, empty_database: Database) -> None:
    migrate.upgrade(empty_url)
    run(empty_database, ADD_ADA)
    with empty_database.unit_of_work() as unit:
        assert users.find_by_username(unit.session, "ada") is not None
        usernames.give_keys(unit.session.connection())
        assert users.find_by_username(unit.session, "ADA") is not None


def test_the_models_are_what_the_migrations_make(worker_database: Database) -> None:
    with worker_database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_everything_in_the_schema_explains_itself(worker_database: Database) -> None:
    silent = rows(
        worker_database,
        """
        SELECT relname, attname FROM pg_class LEFT JOIN pg_attribute
            ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
                AND relkind = 'r' AND relname <> 'alembic_version'
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
            AND (attnum IS NOT NULL AND col_description(pg_class.oid, attnum) IS NULL
                 OR obj_description(pg_class.oid, 'pg_class') IS NULL)
        """,
    )
    assert silent == []


def test_templates_are_stored_in_the_row(worker_database: Database) -> None:
    storage = (
        "SELECT attstorage FROM pg_attribute WHERE attrelid = 'face_templates'::regclass AND attname = 'embedding'"
    )
    assert rows(worker_database, storage) == [("p",)]


def test_migrating_a_schema_that_is_there_changes_nothing(scratch_url: str, scratch_database: Database) -> None:
    run(scratch_database, ADD_ADA)
    migrate.upgrade(scratch_url)
    assert rows(scratch_database, "SELECT username FROM users") == [("ada",)]


def test_two_services_starting_together_migrate_once(empty_url: str, empty_database: Database) -> None:
    threads = [threading.Thread(target=migrate.upgrade, args=(empty_url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert rows(empty_database, "SELECT version_num FROM alembic_version") == [(migrate.head(),)]


def test_migrations_are_found_from_any_folder(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    migrate.upgrade(empty_url)
    assert os.listdir(tmp_path) == []


def test_a_newer_schema_is_left_alone(scratch_url: str, scratch_database: Database) -> None:
    run(scratch_database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="newer"):
        migrate.upgrade(scratch_url)


def test_a_table_of_somebody_elses_is_left_alone(empty_url: str, empty_database: Database) -> None:
    run(empty_database, "CREATE TABLE users (name text)")
    with pytest.raises(MigrationError, match=r"whose names it needs \(users\): create a database for Visage alone"):
        migrate.upgrade(empty_url)
    assert rows(empty_database, "SELECT to_regclass('alembic_version')") == [(None,)]


def test_an_unknown_revision_is_an_error_that_names_the_known_ones(scratch_url: str) -> None:
    with pytest.raises(MigrationError, match=f"'nonsense'; the revisions are 0001, .*{migrate.head()}"):
        migrate.upgrade(scratch_url, "nonsense")


def test_the_current_revision_is_known(worker_database: Database, empty_database: Database) -> None:
    with worker_database.engine.connect() as connection:
        assert migrate.current(connection) == migrate.head()
    with empty_database.engine.connect() as connection:
        assert migrate.current(connection) is None


def test_a_server_that_is_too_old_is_refused(scratch_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_POSTGRES", 99)
    with pytest.raises(MigrationError, match="PostgreSQL 18 is too old: Visage needs 99"):
        migrate.upgrade(scratch_url)


def test_a_pgvector_that_is_too_old_is_refused(scratch_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_PGVECTOR", (99, 0))
    with pytest.raises(MigrationError, match=r"pgvector .* is too old.*ALTER EXTENSION vector UPDATE"):
        migrate.upgrade(scratch_url)


def test_a_server_without_pgvector_is_an_error_that_names_the_package(empty_url: str) -> None:
    hidden = "CREATE VIEW hiding.pg_available_extensions AS SELECT * FROM pg_catalog.pg_available_extensions LIMIT 0"
    with database_copy(empty_url, "bare", template="template0") as url:
        database = create_database(url)
        run(database, "CREATE SCHEMA hiding")
        run(database, hidden)
        database.dispose()
        with pytest.raises(MigrationError, match=r"the package postgresql-18-pgvector\)"):
            migrate.upgrade(f"{url}&options={quote('-c search_path=hiding,pg_catalog,public')}")


def test_a_role_that_may_not_install_pgvector_is_an_error_that_says_who_may(empty_url: str) -> None:
    bare = database_copy(empty_url, "bare", template="template0")
    with bare as url, pytest.raises(MigrationError, match="as a superuser"):
        migrate.upgrade(url)


@pytest.mark.parametrize("url", ["mysql://localhost/visage", "nonsense"])
def test_a_url_that_is_not_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(DatabaseURLError):
        migrate.upgrade(url)


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailableError):
        migrate.upgrade("postgresql://visage@127.0.0.1:1/visage")
