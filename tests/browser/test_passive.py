"""The passive check as users see it: one picture, then another try, then movements."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from embeddings.core.types import RGBImage
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, sign_up
from tests.browser.states.scene import Scene
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm
from tests.running_service import RunningService, service_of_its_own

RECOGNIZE = "**/user/facial/recognize"
MOVE = "Please move: we want to be sure"


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    """A user before the camera, with a service that judges pictures by themselves."""
    scene = Scene(tab, film, collins)
    scene.check_passively()
    return scene


@pytest.mark.slow
def test_a_login_sends_the_frames_from_just_before_its_picture(scene: Scene) -> None:
    scene.match()
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.go("/login")
    body = request.value.post_data_json
    assert set(body) == {"image", "recent_frames"}
    assert 1 <= len(body["recent_frames"]) <= 2
    assert all(frame.startswith("data:image/jpeg;base64,") for frame in body["recent_frames"])
    scene.tab.step("welcome")


@pytest.mark.slow
def test_a_user_who_is_doubted_twice_is_asked_to_move(scene: Scene) -> None:
    scene.see_movements()
    scene.refuse("/user/facial/recognize", 422, "liveness_uncertain")
    scene.tab.go("/login")
    expect(scene.tab.step("error")).to_contain_text("We are not sure that you are in front of the camera yourself.")
    scene.tab.keep_picture("login-uncertain")
    scene.tab.press("Try again")
    scene.tab.page.get_by_role("button", name=MOVE).wait_for()
    scene.tab.keep_picture("login-uncertain-again")
    expect(scene.tab.page.get_by_role("button", name="Use password instead")).to_be_visible()
    scene.match()
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.press(MOVE)
    assert set(request.value.post_data_json) == {"nonce", "frames"}
    scene.tab.step("welcome")


@pytest.mark.slow
def test_the_page_says_what_will_be_asked(scene: Scene) -> None:
    lead = scene.tab.page.locator(".beside p")
    scene.tab.go("/login")
    expect(lead).to_have_text("Look into the camera. That is all.")
    scene.ask_for("turn_left")
    scene.tab.go("/login")
    expect(lead).to_have_text("Look into the camera, then move as you are asked.")


def with_noise(picture: RGBImage) -> list[RGBImage]:
    """Returns a picture as a camera sees it: no two frames are equal."""
    random = np.random.default_rng(1)
    noise = random.normal(0.0, 2.0, (10, *picture.shape))
    return [np.clip(picture + one, 0, 255).astype(np.uint8) for one in noise]


@pytest.fixture
def passive_service(bundled: None, scratch_url: str) -> Iterator[RunningService]:
    with service_of_its_own(DATABASE_URL=scratch_url, VISAGE_LIVENESS="passive") as service:
        yield service


def test_a_user_signs_up_and_logs_in_past_the_real_check(
    passive_service: RunningService, filming_browser: Browser, film: CameraFilm, collins: Person
) -> None:
    context = filming_browser.new_context()
    context.grant_permissions(["camera"])
    tab = Tab.open(context, passive_service.url)
    sign_up(tab, film, collins)
    film.show(with_noise(collins.front))
    tab.press("Try it: log in with your face")
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")
    assert tab.complaints == []
    context.close()
