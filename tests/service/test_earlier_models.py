"""Templates of models that the settings no longer name."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from db.core.engine import Database
from embeddings.core.errors import ModelError
from embeddings.core.models import card
from service.cli import main
from service.gallery.earlier_models import earlier_cards, prepare_earlier_models
from service.settings.model import Settings
from tests.db.gallery import enrol, unit_vectors
from tests.service.changing_models import NEW, OLD

PEOPLE = 3
UNKNOWN = "facenet-of-yesterday"
FILES = {OLD: Path("facenet.tflite")}


def converts(model_id: str, _models: Path, _weights_url: str | None) -> Path:
    return FILES[model_id]


def cannot_convert(*_: object) -> Path:
    raise ModelError("no weights")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture(autouse=True)
def people(scratch_database: Database) -> None:
    """People with templates of the settings' model and an earlier one, and one person with an unknown model."""
    for model_id, count in ((NEW, PEOPLE), (OLD, PEOPLE), (UNKNOWN, 1)):
        dimension = 8 if model_id == UNKNOWN else card(model_id).dimension
        enrol(scratch_database, unit_vectors(count, seed=1, dimension=dimension), model_id)


def test_the_other_models_are_found_with_their_people(settings: Settings, scratch_database: Database) -> None:
    assert earlier_cards(settings, scratch_database) == {card(OLD): PEOPLE}


def test_templates_of_an_unknown_model_are_logged(
    settings: Settings, scratch_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    earlier_cards(settings, scratch_database)
    assert f"the templates of 1 people by {UNKNOWN} cannot be used" in caplog.text


def test_the_file_of_the_network_is_given(
    settings: Settings, scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.gallery.earlier_models.prepare_network", converts)
    assert prepare_earlier_models(settings, scratch_database) == {card(OLD): FILES[OLD]}


def test_a_model_that_cannot_be_converted_is_left_out_and_logged(
    settings: Settings,
    scratch_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("service.gallery.earlier_models.prepare_network", cannot_convert)
    assert prepare_earlier_models(settings, scratch_database) == {}
    assert f"the templates of {PEOPLE} people by {OLD} cannot be used: no weights" in caplog.text


def test_the_doctor_reports_an_earlier_model_without_converting_it(
    scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_NETWORKS", "sface")
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1  # the operator should renew these templates
    assert f"{OLD}, {PEOPLE} people" in result.output
    assert not (tmp_path / "models").exists()
