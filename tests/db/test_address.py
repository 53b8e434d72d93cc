"""Database URLs have the meaning that libpq gives them, and are written so that libpq reads them."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import text

from db.core.address import driver_url, libpq_url, parameters
from db.core.engine import create_database
from db.server.backup import dump, restore
from db.server.embedded import EmbeddedPostgres
from db.server.migrate import upgrade
from db.server.psql import psql_command
from tests.db.embedded_server import started

AWKWARD = "a b+\"c\"$HOME`id`'d'\\~%41&=;?#@"
"""Characters with a special meaning in a shell, a URL, a settings line or a list in one."""


URLS = [
    "postgresql://ada@host/visage?options=-c%20search_path%3Dours%20-c%20jit%3Don",
    "postgresql://ada@/visage?host=/var/run/my%20data&application_name=a+b",
    "postgresql://ada%20b+c@host/our%20data+base?application_name=%22%24%60~%25%2B",
    "postgresql://%2Fvar%2Frun%2Fmy%20data/visage",
    "postgresql://ada@host:5433/visage?password=a+b%20c",
    "postgres://host?dbname=visage&user=ada",
    "postgresql://[::1]:5433/visage?sslmode=require",
    "postgresql://host/visage?application_name=first&application_name=second",
]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder with an awkward name, short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="v") as folder:
        Path(folder).chmod(0o711)  # the server may run as another user
        yield Path(folder) / AWKWARD


@pytest.fixture(scope="module")
def awkward(home: Path) -> Iterator[EmbeddedPostgres]:
    with started(home) as server:
        yield server


def psql(url: str, statement: str) -> str:
    argv, environment = psql_command(url, ["-XAtc", statement])
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_the_server_keeps_its_files_in_a_folder_of_any_name(awkward: EmbeddedPostgres, home: Path) -> None:
    assert (home / "postgres" / "run" / ".s.PGSQL.5432").is_socket()
    assert awkward.log.exists()
    assert sorted(path.name for path in home.iterdir()) == ["postgres"]
    assert sorted(path.name for path in home.parent.iterdir()) == [home.name]
    assert psql(awkward.url, "SELECT current_user") == "visage"


def test_a_copy_is_made_of_a_database_in_a_folder_of_any_name(awkward: EmbeddedPostgres, tmp_path: Path) -> None:
    upgrade(awkward.url)
    assert dump(awkward.url, tmp_path / "copy") == 0
    assert (tmp_path / "copy").stat().st_size > 0


def test_a_copy_is_restored_from_a_path_that_begins_like_an_option(
    scratch_url: str, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dump(scratch_url, Path("-c"))
    restore(empty_url, Path("-c"))
    assert psql(empty_url, "SELECT count(*) FROM users") == "0"


@pytest.mark.parametrize("url", URLS)
def test_an_address_means_what_libpq_takes_it_to_mean(url: str) -> None:
    assert parse_dsn(make_dsn(None, **parameters(driver_url(url)))) == parse_dsn(url)


@pytest.mark.parametrize(
    "url",
    [
        *URLS,
        "postgresql:///visage?host=one:1&host=two:2&target_session_attrs=read-write",
        "postgresql://ada@one/visage?user=grace&host=two&port=5434",
        "postgresql://",
    ],
)
def test_an_address_is_written_as_libpq_reads_it(url: str) -> None:
    parsed = driver_url(url)
    assert parse_dsn(libpq_url(parsed)) == {name: str(value) for name, value in parameters(parsed).items()}


def test_psql_and_the_driver_get_the_same_options(scratch_url: str) -> None:
    url = f"{scratch_url}&options=-c%20visage.word%3Done%5C%20%2B%5C%20two&application_name=a+b%20c"
    database = create_database(url)
    with database.engine.connect() as connection:
        told = connection.execute(text("SELECT current_setting('visage.word') || current_setting('application_name')"))
        assert told.scalar_one() == "one + twoa+b c"
    database.dispose()
    assert psql(url, "SELECT current_setting('visage.word') || current_setting('application_name')") == "one + twoa+b c"
