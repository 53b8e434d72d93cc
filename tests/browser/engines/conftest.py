"""Windows of Firefox and of WebKit, on the service behind a proxy that provides the camera."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.engines.camera_site import FILM_CAMERA, CameraSite, camera_site
from tests.browser.engines.firefox import REFUSING as FIREFOX_REFUSING
from tests.browser.engines.firefox import find_firefox, firefox
from tests.browser.engines.webkit import REFUSING as WEBKIT_REFUSING
from tests.browser.engines.webkit import has_webkit, webkit
from tests.browser.engines.window import Window
from tests.browser.tab import DESK

OpenWindow = Callable[..., Window]
"""``open_window(url, refusing=False, size=DESK)``: a window of a browser without a camera, or with one that no page
may use."""

CAMERA_DEVICE = Path("/dev/video0")


@pytest.fixture(
    params=[
        pytest.param(
            "firefox",
            marks=pytest.mark.skipif(find_firefox() is None, reason="there is no Firefox: see `make firefox`"),
        ),
        pytest.param(
            "webkit", marks=pytest.mark.skipif(not has_webkit(), reason="there is no WebKit driver: see `make webkit`")
        ),
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The browser."""
    return str(request.param)


@pytest.fixture
def site(service_url: str, tmp_path: Path) -> Iterator[CameraSite]:
    """The service without accounts, whose pages have a camera with a film."""
    with camera_site(service_url, tmp_path) as site:
        site.run_first(FILM_CAMERA)
        yield site


@pytest.fixture
def open_window(engine: str) -> Iterator[OpenWindow]:
    """Opens windows, each of a new browser, and checks at the end that the pages and the consoles have no errors."""
    with ExitStack() as browsers:
        windows: list[Window] = []

        def open_window(url: str, refusing: bool = False, size: ViewportSize = DESK) -> Window:
            preferences = FIREFOX_REFUSING if refusing else {}
            driver = browsers.enter_context(firefox(preferences, size) if engine == "firefox" else webkit(size))
            windows.append(Window(driver, engine, url))
            return windows[-1]

        yield open_window
        assert [complaint for window in windows for complaint in window.complaints] == []


@pytest.fixture
def window(open_window: OpenWindow, site: CameraSite) -> Window:
    """A window on a site whose camera has a film."""
    return open_window(site.url)


@pytest.fixture
def window_without_permission(open_window: OpenWindow, site: CameraSite, engine: str) -> Window:
    """A window whose pages may not use the camera."""
    site.run_first(WEBKIT_REFUSING if engine == "webkit" else "")
    return open_window(site.url, refusing=True)


@pytest.fixture
def window_without_camera(open_window: OpenWindow, site: CameraSite) -> Window:
    """A window on a machine without a camera."""
    if CAMERA_DEVICE.exists():
        pytest.skip("this machine has a camera")
    site.run_first("")
    return open_window(site.url)
