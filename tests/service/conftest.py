"""Services that end with the test, however it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running_service import RunningService

StartService = Callable[..., RunningService]
"""Takes the data folder and further environment variables; the service is ready when it returns."""


@pytest.fixture
def start_service() -> Iterator[StartService]:
    services: list[RunningService] = []

    def start(home: Path, **environment: str) -> RunningService:
        services.append(RunningService(home, **environment))
        return services[-1].start()

    yield start
    for service in services:
        service.stop()
