"""A visitor who moves as the page asks, in Firefox and in WebKit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.detect.finder import FaceFinder
from tests.browser.challenge_flow import log_in_by_moving, sign_up_by_moving
from tests.browser.drawn_sitter import LOGIN, SIGN_UP, astronaut_before_the_camera
from tests.browser.engines.camera_site import CameraSite, camera_site
from tests.browser.engines.conftest import OpenWindow
from tests.browser.sign_up_flow import NAME
from tests.nginx import needs_nginx
from tests.running_service import service_of_its_own

pytestmark = [pytest.mark.slow, needs_nginx]


@pytest.fixture
def challenging_site(bundled: None, tmp_path: Path) -> Iterator[CameraSite]:
    """A service that asks for movements."""
    with service_of_its_own(VISAGE_LIVENESS="challenge") as service, camera_site(service.url, tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def cameras(finder: FaceFinder) -> tuple[str, str]:
    """The scripts of a camera before which one person sits: at the sign-up, and at the login on another day."""
    return astronaut_before_the_camera(finder, SIGN_UP), astronaut_before_the_camera(finder, LOGIN)


def test_who_moves_as_asked_signs_up_and_logs_in(
    challenging_site: CameraSite, open_window: OpenWindow, cameras: tuple[str, str]
) -> None:
    at_sign_up, at_login = cameras
    challenging_site.give_camera(at_sign_up)
    window = open_window(challenging_site.url)
    sign_up_by_moving(window, "eileen", NAME)
    window.keep_picture("moved")
    window.go("/")  # a page without a camera, whose drawing would slow the login down
    challenging_site.give_camera(at_login)
    window = open_window(challenging_site.url)
    log_in_by_moving(window)
    window.read(f"Welcome, {NAME}")
