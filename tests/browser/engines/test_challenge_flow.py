"""A visitor who moves as the page asks, in Firefox and in WebKit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.detect.finder import FaceFinder
from embeddings.liveness import Prompt
from tests.browser.challenge_flow import sign_up_by_moving
from tests.browser.drawn_sitter import SIGN_UP, astronaut_before_the_camera
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
def camera(finder: FaceFinder) -> str:
    """The script of a camera before which a person sits."""
    return astronaut_before_the_camera(finder, SIGN_UP)


def test_a_login_begins_with_movements(challenging_site: CameraSite, open_window: OpenWindow, camera: str) -> None:
    challenging_site.run_first(camera)
    window = open_window(challenging_site.url)
    window.go("/login")
    window.step("challenge")
    window.see(", ".join(f".stage[data-hint={prompt}]" for prompt in Prompt))
    window.keep_picture("challenge")


def test_a_user_who_performs_the_movements_signs_up(
    challenging_site: CameraSite, open_window: OpenWindow, camera: str
) -> None:
    challenging_site.run_first(camera)
    window = open_window(challenging_site.url)
    sign_up_by_moving(window, "eileen", NAME)
    window.read(f"Welcome, {NAME}")
    window.keep_picture("moved")
