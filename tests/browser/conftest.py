"""A running service, a real Chromium with a fake camera, and the people it sees; one of each per worker."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from sqlalchemy import text

from embeddings.detect.finder import FaceFinder
from tests.browser.chromium import launch_chromium
from tests.browser.elsewhere import Elsewhere
from tests.browser.people import Person, enrol, film_person, load_finder
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.tab import DESK, OpenTab, Tab
from tests.camera_film import CameraFilm, empty_room
from tests.photographs import astronaut, president
from tests.running_service import RunningService, service_of_its_own
from web.build.bundle import bundle

# A loaded machine may need longer than the five seconds that Playwright waits by default.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def bundled() -> None:
    """Bundles the current sources."""
    bundle()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """A server of another origin whose pages may use the service."""
    with Elsewhere() as server:
        yield server


@pytest.fixture(scope="session")
def service(bundled: None, elsewhere: Elsewhere, session_url: str) -> Iterator[RunningService]:
    """The service, running for all tests of this worker, with an initially empty database."""
    with service_of_its_own(DATABASE_URL=session_url, VISAGE_CORS_ORIGINS=elsewhere.url) as service:
        yield service


@pytest.fixture
def service_url(service: RunningService) -> Iterator[str]:
    """The URL of the service, which has no accounts yet."""
    yield service.url
    with service.database() as database, database.unit_of_work() as work:
        work.session.execute(text("TRUNCATE users, openid_clients CASCADE"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def running_film(tmp_path_factory: pytest.TempPathFactory) -> CameraFilm:
    """The film of the browser that most tests share."""
    return CameraFilm(tmp_path_factory.mktemp("camera") / "camera.y4m", [empty_room()])


@pytest.fixture
def film(running_film: CameraFilm) -> CameraFilm:
    """The film for the camera; initially an empty room."""
    running_film.show([empty_room()])
    return running_film


@pytest.fixture(scope="session")
def filming_browser(playwright: Playwright, running_film: CameraFilm) -> Iterator[Browser]:
    """Chromium whose camera plays the film."""
    browser = launch_chromium(playwright, running_film)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_without_camera(playwright: Playwright) -> Iterator[Browser]:
    """Chromium on a machine without a camera."""
    browser = launch_chromium(playwright, None)
    yield browser
    browser.close()


@pytest.fixture
def open_tab(service_url: str, filming_browser: Browser) -> Iterator[OpenTab]:
    """Opens tabs, each as a new visitor, and checks at the end that no console has complaints."""
    tabs: list[Tab] = []

    def open_tab(camera: bool = True, browser: Browser = filming_browser, **options: Any) -> Tab:
        context = browser.new_context(**({"viewport": DESK} | options))
        if camera:
            context.grant_permissions(["camera"])
        tabs.append(Tab.open(context, service_url))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.page.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    """One desktop tab with permission for the camera."""
    return open_tab()


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return load_finder()


@pytest.fixture(scope="session")
def collins(finder: FaceFinder) -> Person:
    """Eileen Collins."""
    return film_person(finder, astronaut())


@pytest.fixture
def eileen(service_url: str, collins: Person) -> Person:
    """A user who has signed up with five pictures and is later before the camera."""
    enrol(service_url, "eileen", PASSWORD, collins, NAME)
    return collins


@pytest.fixture(scope="session")
def obama(finder: FaceFinder) -> Person:
    """Barack Obama."""
    return film_person(finder, president("obama.jpg"))


@pytest.fixture(scope="session")
def obama_another_day(finder: FaceFinder) -> Person:
    """Barack Obama, years apart from the other photograph."""
    return film_person(finder, president("obama2.jpg"))
