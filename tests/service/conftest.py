"""Services: as processes that end with the test, however it ends, and as objects with their own database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.core.engine import Database
from service.gallery.upkeep import Upkeep
from service.services import Services
from service.settings.model import Settings
from tests.running_service import RunningService
from tests.service.changing_models import OLD, service_of
from tests.service.importing import use_fake_engine

StartService = Callable[..., RunningService]
"""Takes the data folder and further environment variables; returns when the service is ready."""


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[StartService]:
    """Starts services, and stops them before pytest removes ``tmp_path``."""
    services: list[RunningService] = []

    def start(home: Path, **environment: str) -> RunningService:
        services.append(RunningService(home, **environment))
        return services[-1].start()

    yield start
    for service in services:
        service.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def idle_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables the upkeep, whose thread would outlive the database."""
    monkeypatch.setattr(Upkeep, "request_run", lambda self: None)


@pytest.fixture
def facenet_service(settings: Settings, scratch_database: Database, idle_upkeep: None) -> Services:
    """A service that enrols only with FaceNet, with the fake engine."""
    return service_of(settings, scratch_database, OLD)


@pytest.fixture
def importing_environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle_upkeep: None) -> None:
    """The environment of `visage import` and `visage export`, with their own database and the fake engine."""
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "home"))
    use_fake_engine(monkeypatch)
