"""A challenge with the real judge: a user who moves as the page asks can sign up and log in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from embeddings.detect.finder import FaceFinder
from tests.browser.challenge_flow import log_in_by_moving, sign_up_by_moving, sit_down
from tests.browser.drawn_sitter import LOGIN, SIGN_UP, astronaut_before_the_camera
from tests.browser.sign_up_flow import NAME
from tests.running_service import RunningService, service_of_its_own


@pytest.fixture
def challenging_service(bundled: None) -> Iterator[RunningService]:
    with service_of_its_own(VISAGE_LIVENESS="challenge") as service:
        yield service


@pytest.mark.slow
def test_a_user_who_performs_the_movements_signs_up_and_logs_in(
    challenging_service: RunningService, browser_without_camera: Browser, finder: FaceFinder
) -> None:
    url = challenging_service.url
    tab = sit_down(url, browser_without_camera, astronaut_before_the_camera(finder, SIGN_UP))
    sign_up_by_moving(tab, "eileen", NAME)
    tab = sit_down(url, browser_without_camera, astronaut_before_the_camera(finder, LOGIN))
    log_in_by_moving(tab)
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")
