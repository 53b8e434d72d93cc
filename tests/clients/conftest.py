"""The two packages, and a provider for them."""

from collections.abc import Iterator

import pytest

from tests.clients.drivers import Drive, JavaScript, drive_python
from tests.clients.stand_in import StandIn, served


@pytest.fixture(scope="session")
def javascript() -> Iterator[JavaScript]:
    driver = JavaScript()
    yield driver
    driver.end()


@pytest.fixture(params=["python", "javascript"])
def drive(request: pytest.FixtureRequest) -> Drive:
    return drive_python if request.param == "python" else request.getfixturevalue("javascript")


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with served() as provider:
        yield provider
