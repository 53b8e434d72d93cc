"""The command line, with its own database."""

from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db.core.engine import Database, create_database
from db.search.index_status import index_status
from db.server.migrate import current, head
from service.cli import main
from tests.db import fake_citus
from tests.db.gallery import MODEL, enrol, unit_vectors
from tests.running_service import free_port


@pytest.fixture
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_NETWORKS", "facenet")  # like the vectors of tests.db.gallery


def visage(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_version_is_that_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_PORT", "eighty")  # it is told whatever the settings are
    assert visage("--version").output == f"visage {version('visage')}\n"


@pytest.mark.usefixtures("environment")
def test_the_index_is_built_on_request_and_shown(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(300, seed=1))
    assert "none" in visage("index", "status").output
    assert visage("index", "tune").output.startswith("no index: searches are exact;")
    assert visage("index", "rebuild").output == "built\n"
    assert visage("index", "tune").output in {"tuned\n", "rebuilt\n"}
    shown = visage("index", "status").output
    assert "ix_face_templates_facenet_casia_webface" in shown
    assert "300" in shown
    assert index_status(scratch_database, MODEL).exists


@pytest.mark.usefixtures("environment")
def test_an_index_is_not_built_on_an_empty_table(scratch_database: Database) -> None:
    assert visage("index", "rebuild").exit_code == 0
    assert not index_status(scratch_database, MODEL).exists


@pytest.mark.usefixtures("environment")
def test_distributing_without_citus_is_refused_in_a_sentence() -> None:
    result = visage("distribute")
    assert result.exit_code == 1
    assert "this database has no Citus" in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("environment")
def test_the_templates_are_distributed_on_request(scratch_url: str) -> None:
    fake_citus.install(scratch_url)
    result = visage("distribute", "--shards", "8")
    assert result.exit_code == 0
    assert "face_templates: 8 shards by user_id" in result.output
    for command in ("tune", "rebuild"):
        assert "visage distribute" in visage("index", command).output


@pytest.mark.usefixtures("environment")
def test_the_schema_goes_down_and_up_again() -> None:
    assert visage("migrate", "--down-to", "0001", "--yes").exit_code == 0
    assert visage("migrate").output == f"Schema: upgraded from 0001 to revision {head()}.\n"
    assert visage("migrate").output == f"Schema: already at revision {head()}.\n"
    assert "people" in visage("index", "status").output


@pytest.mark.usefixtures("environment")
def test_a_downgrade_prints_what_is_lost_and_asks_for_confirmation(scratch_database: Database) -> None:
    result = CliRunner().invoke(main, ["migrate", "--down-to", "0009"], input="n\n")
    assert result.exit_code == 1
    assert "0011: Drops the audit" in result.output
    assert "0009" not in result.output
    with scratch_database.engine.connect() as connection:
        assert current(connection) == head()


@pytest.mark.usefixtures("environment")
def test_the_schema_is_not_taken_back_under_a_service(scratch_url: str) -> None:
    service = create_database(scratch_url, serving=MODEL)
    with service.engine.connect():
        result = visage("migrate", "--down-to", "0009", "--yes")
    service.dispose()
    assert result.exit_code == 1
    assert "a service is connected" in result.output


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("VISAGE_PORT", "eighty", "VISAGE_PORT"),
        ("DATABASE_URL", "mysql://root:hidden@localhost/x", "PostgreSQL"),
        ("DATABASE_URL", "postgresql://visage:hidden@127.0.0.1:1/x", "refused"),
    ],
)
def test_an_error_that_the_operator_can_mend_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = visage("index", "status")
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    assert "hidden" not in result.output


@pytest.mark.usefixtures("environment")
def test_a_service_checks_the_database_before_it_converts_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://visage@127.0.0.1:1/visage")
    monkeypatch.setenv("VISAGE_PORT", str(free_port()))
    monkeypatch.setattr("service.serving.server.prepare_networks", lambda *_: pytest.fail("a network was converted"))
    result = visage("serve")
    assert result.exit_code == 1
    assert "refused" in result.output


@pytest.mark.usefixtures("environment")
def test_psql_opens_the_database(capfd: pytest.CaptureFixture[str]) -> None:
    assert visage("psql", "--", "-Atc", "SELECT count(*) FROM users").exit_code == 0
    assert capfd.readouterr().out == "0\n"
