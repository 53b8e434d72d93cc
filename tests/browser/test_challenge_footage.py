"""A challenge with the real judge and a real person: movements out of a video are played as the page asks for them.

Only a video that holds all movements can answer whatever is asked. Of the three videos at hand, ``tran_real`` does. In
the others no blink shows while the head looks ahead; in ``les_real`` it does not turn, and in ``zub_real`` it turns
only while it nods or leans.
"""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, expect

from embeddings.detect.finder import FaceFinder
from embeddings.liveness import Prompt
from tests.browser.challenge_flow import log_in_by_moving, sign_up_by_moving, sit_down
from tests.browser.footage import needs_footage, person_in, read_frames, videos
from tests.browser.real_sitter import PER_SECOND, look_at, movements_in
from tests.browser.sitter_camera import sitter_camera
from tests.running_service import RunningService, service_of_its_own

pytestmark = [pytest.mark.slow, needs_footage]

SLOWER = 2
"""Of this many frames of a video, the camera has one."""


@pytest.fixture(scope="module")
def movers(finder: FaceFinder) -> Mapping[str, str]:
    """The cameras with the people whose videos hold every movement that a challenge may ask for, by name.

    They have 15 frames per second, as many cameras do in a dim room: a blink is only a few of them.
    """
    films = {
        person_in(video): movements_in(look_at(read_frames(video, PER_SECOND), finder)) for video in videos("real")
    }
    return {
        name: sitter_camera({hint: [*way][::SLOWER] for hint, way in film.items()}, PER_SECOND // SLOWER)
        for name, film in films.items()
        if set(Prompt) <= set(film)
    }


@pytest.fixture
def service(bundled: None) -> Iterator[RunningService]:
    with service_of_its_own(VISAGE_LIVENESS="challenge") as service:
        yield service


def test_real_people_sign_up_and_log_in_by_moving(
    service: RunningService, browser_without_camera: Browser, movers: Mapping[str, str]
) -> None:
    assert movers
    for name, camera in movers.items():
        sign_up_by_moving(sit_down(service.url, browser_without_camera, camera), name, name.capitalize())
        tab = sit_down(service.url, browser_without_camera, camera)
        log_in_by_moving(tab)
        expect(tab.step("welcome")).to_contain_text(f"Welcome, {name.capitalize()}")
