"""A tab at the console of the running service."""

from collections.abc import Iterator

import pytest

from tests.browser.console.made_gallery import forget, make_gallery, make_history
from tests.browser.console.operator import make_operator, open_console
from tests.browser.people import Person
from tests.browser.tab import OpenTab, Tab
from tests.running_service import RunningService


@pytest.fixture
def at_localhost(open_tab: OpenTab, service_url: str) -> Tab:
    """A tab at the service by the name to which passkeys are bound without a public address."""
    tab = open_tab()
    tab.url = service_url.replace("127.0.0.1", "localhost")
    return tab


@pytest.fixture
def operator(service: RunningService, eileen: Person) -> Person:
    """A user who is an operator."""
    make_operator(service)
    return eileen


@pytest.fixture
def console(service: RunningService, at_localhost: Tab, operator: Person) -> Tab:
    """A tab at the open console."""
    open_console(service, at_localhost)
    return at_localhost


@pytest.fixture
def made(service: RunningService, console: Tab) -> Iterator[Tab]:
    """The console of a service with people and a history."""
    with service.database() as database:
        make_gallery(database)
        make_history(database)
        yield console
        forget(database)
