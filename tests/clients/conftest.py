"""The two packages, and a provider for them."""

from collections.abc import Iterator

import pytest

from tests.clients.drivers import Drive, drive_javascript, drive_python
from tests.clients.stand_in import StandIn, served


@pytest.fixture(params=[drive_python, drive_javascript], ids=["python", "javascript"])
def drive(request: pytest.FixtureRequest) -> Drive:
    return request.param


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with served() as provider:
        yield provider
