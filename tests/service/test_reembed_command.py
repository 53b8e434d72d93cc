"""`visage reembed`, as an operator runs it, with fake networks."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from db.core.engine import Database, create_database
from db.queries import audit_events
from db.queries.reembedding import sole_reembedding
from db.search.index_status import index_status
from service.cli import main
from service.settings.reading import read_settings
from tests.db.gallery import enrol, unit_vectors
from tests.service.changing_models import NEW, OLD, FakeEngineOf, people_sign_up, service_of, templates_of


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle_upkeep: None) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_NETWORKS", "sface")
    monkeypatch.setattr("service.reembedding.command.prepare_network", lambda *_: Path())
    monkeypatch.setattr("service.reembedding.command.LiteRTEngine", _fake_engine)


def _fake_engine(networks: Mapping[str, Path], interpreters: int) -> FakeEngineOf:
    return FakeEngineOf(next(iter(networks)))


@pytest.fixture
def people(scratch_database: Database) -> list[UUID]:
    """Three people enrolled with the old model, which the settings no longer name."""
    return people_sign_up(service_of(read_settings(), scratch_database, OLD), ["ada", "bob", "eve"])


def reembed(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["reembed", *arguments])
    assert "Traceback" not in result.output
    return result


def test_it_changes_to_the_model_of_the_settings_and_retires_the_old_one(
    scratch_database: Database, people: list[UUID]
) -> None:
    result = reembed()
    assert result.exit_code == 0
    assert f"Re-embedded to {NEW}: 3." in result.stdout
    assert f"Retired of {OLD}: 3." in result.stdout
    assert [set(templates_of(scratch_database, one)) for one in people] == [{NEW}] * 3
    with scratch_database.unit_of_work() as work:
        *_, event = audit_events.read(work.session)
        assert (event.event, event.details) == ("reembedded", {"model": NEW, "renewed": 3, "left_behind": 0})


@pytest.mark.usefixtures("people")
def test_progress_goes_only_to_stderr() -> None:
    result = reembed()
    assert "Re-embedding" in result.stderr
    assert "Re-embedding" not in result.stdout


@pytest.mark.usefixtures("people")
def test_a_second_run_has_nothing_to_do() -> None:
    reembed()
    result = reembed()
    assert result.exit_code == 0
    assert f"Re-embedded to {NEW}: 0." in result.stdout
    assert "Skipped: 3 who already had a template of it" in result.stdout
    assert "Retired" not in result.stdout


def test_another_model_than_that_of_the_settings_is_computed_and_nothing_retired(
    scratch_database: Database, people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGE_NETWORKS", "facenet")
    result = reembed("--to", NEW)
    assert [set(templates_of(scratch_database, one)) for one in people] == [{OLD, NEW}] * 3
    assert f"The settings' model is {OLD}: nothing is retired" in result.stdout
    assert "restart the service with VISAGE_NETWORKS=sface," in result.stdout


def test_the_command_says_to_restart_a_service_that_runs_with_the_old_model(
    scratch_url: str, scratch_database: Database, people: list[UUID]
) -> None:
    service = create_database(scratch_url, serving=OLD)
    service.ping()
    result = reembed()
    service.dispose()
    assert result.exit_code == 0
    assert f"The old templates stay, because a running service uses {OLD}." in result.stdout
    assert re.search(r"restart the service with VISAGE_NETWORKS=sface", result.stdout)
    assert [set(templates_of(scratch_database, one)) for one in people] == [{OLD, NEW}] * 3


def test_people_who_are_not_re_embedded_are_listed_with_the_reason(
    scratch_database: Database, people: list[UUID], tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "images" / str(people[1]))
    enrol(scratch_database, unit_vectors(1, seed=1), OLD)
    result = reembed()
    assert "Not re-embedded: 2. They keep their old template" in result.stdout
    assert "  bob  1.png is missing\n" in result.stdout
    assert "  p0   no images are kept\n" in result.stdout
    assert set(templates_of(scratch_database, people[1])) == {OLD}


@pytest.mark.usefixtures("people")
def test_two_at_once_do_not_collide(scratch_database: Database) -> None:
    with sole_reembedding(scratch_database):
        result = reembed()
    assert result.exit_code == 1
    assert "another `visage reembed` is running on this database" in result.output
    assert reembed().exit_code == 0


@pytest.mark.usefixtures("people")
def test_the_index_of_the_new_model_is_built_when_due(
    scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.search.index.MIN_ROWS", 3)
    reembed()
    assert index_status(scratch_database, NEW).exists


def test_an_unknown_model_is_one_sentence() -> None:
    result = reembed("--to", "facenet-of-tomorrow")
    assert result.exit_code == 1
    assert "no model is called 'facenet-of-tomorrow'" in result.output


def test_a_database_that_is_not_migrated_is_one_sentence(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_url)
    assert "run `visage migrate`" in reembed().output
