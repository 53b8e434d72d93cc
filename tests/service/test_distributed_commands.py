"""The commands with templates distributed by Citus: on a stand-in, and on a real cluster if there is one."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.search import template_owners
from db.search.index_status import index_status
from service.checking.owners import NO_ACCOUNT
from tests.db.gallery import enrol, unit_vectors
from tests.fakes import MODEL_ID
from tests.service.importing import import_, use_fake_engine, visage, write_people

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("environment")]

PEOPLE = 300
DIMENSION = 128
FAKES = {"ada": 1, "bob": 2, "eve": 3}


@pytest.fixture
def environment(cluster: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle_upkeep: None) -> None:
    """The commands' environment, on the cluster before the templates are distributed."""
    monkeypatch.setenv("DATABASE_URL", cluster.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("db.search.index.MIN_ROWS", PEOPLE // 4)
    use_fake_engine(monkeypatch)


@pytest.fixture
def people(tmp_path: Path, environment: None) -> None:
    """Three people of the fakes, with distributed templates."""
    assert "face_templates: 4 shards" in visage("distribute", "--shards", "4").output
    assert "Enrolled: 3" in import_(write_people(tmp_path / "people", FAKES)).output


@pytest.fixture
def plain_database(empty_url: str) -> Iterator[Database]:
    """An empty database without Citus."""
    database = create_database(empty_url)
    yield database
    database.dispose()


def templates_kept(database: Database) -> int:
    with database.unit_of_work() as work:
        return int(work.session.execute(text("SELECT count(*) FROM face_templates")).scalar_one())


@pytest.mark.usefixtures("people")
def test_people_are_imported_once_and_a_face_that_is_known_not_at_all(tmp_path: Path, cluster: Database) -> None:
    more = write_people(tmp_path / "more", {"ada": 1, "mallory": 2, "dan": 4})
    said = import_(more).output
    assert "Enrolled: 1" in said
    assert templates_kept(cluster) == len(FAKES) + 1


@pytest.mark.usefixtures("people")
def test_people_are_exported(tmp_path: Path) -> None:
    assert "3 people" in visage("export", tmp_path / "out.jsonl").output


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "command",
    [
        ("index", "status"),
        ("user", "list"),
        ("user", "show", "ada"),
        ("user", "erase", "ada", "--yes"),
        ("user", "logout", "ada"),
        ("user", "password-link", "ada"),
        ("audit", "show"),
        ("dispute", "list"),
        ("invite", "--email", "ada@example.org"),
        ("check",),
        ("retention",),
        ("doctor",),
    ],
)
def test_a_command_does_what_it_does_elsewhere(command: tuple[str, ...]) -> None:
    result = visage(*command)
    assert "Error" not in result.output
    assert result.exit_code == 0 or command == ("doctor",)  # the doctor reports that the network was never converted


@pytest.mark.usefixtures("people")
def test_a_template_without_an_account_is_found_and_erased(cluster: Database) -> None:
    somebody = uuid4()
    with cluster.unit_of_work() as work:
        copied = "INSERT INTO face_templates (user_id, model_id, embedding) VALUES (:id, :model_id, :vector)"
        values = {"id": somebody, "model_id": MODEL_ID, "vector": str(unit_vectors(1, 1, DIMENSION)[0].tolist())}
        work.session.execute(text(copied), values)
    found = visage("check").output
    assert NO_ACCOUNT in found
    assert str(somebody) in found
    assert visage("check", "--repair").exit_code == 0
    assert NO_ACCOUNT not in visage("check").output
    assert templates_kept(cluster) == len(FAKES)


def test_a_gallery_that_has_grown_gets_its_indexes_by_a_second_run(cluster: Database) -> None:
    vectors = unit_vectors(5 * PEOPLE, 1, DIMENSION)
    enrol(cluster, vectors[:PEOPLE], MODEL_ID)
    assert visage("distribute", "--shards", "2").exit_code == 0
    assert index_status(cluster, MODEL_ID).trained_rows == PEOPLE
    enrol(cluster, vectors[PEOPLE:], MODEL_ID, first=PEOPLE)
    assert visage("distribute").exit_code == 0
    assert index_status(cluster, MODEL_ID).trained_rows == len(vectors)
    assert f"{len(vectors):,}" in visage("index", "status").output


@pytest.mark.usefixtures("people")
def test_a_copy_is_restored_into_a_database_without_citus(
    tmp_path: Path, plain_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = visage("backup", tmp_path / "copy")
    assert made.exit_code == 0, made.output
    monkeypatch.setenv("DATABASE_URL", plain_database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "new-home"))
    restored = visage("restore", tmp_path / "copy")
    assert restored.exit_code == 0, restored.output
    assert templates_kept(plain_database) == len(FAKES)
    with plain_database.unit_of_work() as work:
        assert not template_owners.are_detached(work.session)
    assert visage("user", "erase", "ada", "--yes").exit_code == 0
    assert templates_kept(plain_database) == len(FAKES) - 1


@pytest.mark.usefixtures("people")
def test_the_templates_are_taken_back_and_the_model_can_be_changed_then(cluster: Database) -> None:
    assert "visage distribute --undo" in visage("reembed").output
    assert visage("distribute", "--undo").exit_code == 0
    assert templates_kept(cluster) == len(FAKES)
    assert visage("check").exit_code == 0
    assert visage("user", "erase", "ada", "--yes").exit_code == 0
    assert templates_kept(cluster) == len(FAKES) - 1
