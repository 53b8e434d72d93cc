"""A challenge as users see it: movements before the camera that prove their presence."""

import base64
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Request, expect

from tests.browser.people import Person
from tests.browser.sign_up_flow import fill_details
from tests.browser.states.scene import MOST_FRAMES, TOKENS, Scene
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

RECOGNIZE = "**/user/facial/recognize"
STORE = "**/user/facial/store"
HEAR_HINTS = """
globalThis.hints = []
addEventListener('visage-hint', ({ detail }) => hints.push(detail.hint))
"""
FAILED = {"reasons": ["prompt_not_performed"], "retryable": True}


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    """A user before the camera, with a service that asks for a turn to the left."""
    scene = Scene(tab, film, collins)
    scene.match()
    scene.ask_for("turn_left")
    scene.see_movements()
    return scene


def sent(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = request.post_data_json
    return body


def prompts_of(frames: Sequence[dict[str, Any]]) -> list[int]:
    return [frame["prompt"] for frame in frames]


@pytest.mark.slow
def test_a_challenge_is_played_prompt_after_prompt_and_its_film_sent(scene: Scene) -> None:
    scene.ask_for("turn_left", "move_closer", "blink")
    scene.before(HEAR_HINTS)
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.go("/login")
    body = sent(request.value)
    shown = ["turn_left", "look_ahead", "move_closer", "blink"]
    assert scene.tab.page.evaluate("hints.slice(hints.indexOf('turn_left'))") == shown
    assert set(body) == {"nonce", "frames"}
    assert body["nonce"] == "nonce 1"
    times = [frame["at"] for frame in body["frames"]]
    assert times == sorted(set(times))
    assert prompts_of(body["frames"]) == sorted(prompts_of(body["frames"]))
    assert set(prompts_of(body["frames"])) == {0, 1, 2}
    assert len(times) <= MOST_FRAMES
    scene.tab.step("welcome")


@pytest.mark.slow
def test_the_frames_of_a_film_are_small_pictures(scene: Scene) -> None:
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.go("/login")
    kind, _, content = sent(request.value)["frames"][0]["image"].partition(",")
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    assert kind == "data:image/jpeg;base64"
    assert picture is not None
    assert picture.shape == (360, 480, 3)


@pytest.mark.slow
def test_each_prompt_is_read_out_and_the_password_stays_in_reach(scene: Scene) -> None:
    scene.see()  # nobody moves
    scene.tab.go("/login")
    scene.tab.step("challenge")
    scene.tab.hint("turn_left")
    expect(scene.tab.login.get_by_role("status")).to_have_text("Turn a little to the left")
    scene.tab.press("Use password instead")
    scene.tab.step("password")


@pytest.mark.slow
def test_an_obstacle_to_a_movement_is_shown(scene: Scene) -> None:
    scene.see_in_pose("left", "several_faces")
    scene.tab.go("/login")
    scene.tab.step("challenge")
    scene.tab.hint("several_faces")


@pytest.mark.slow
def test_a_service_that_asks_for_a_challenge_late_gets_one(scene: Scene) -> None:
    scene.cut("/user/facial/options")
    scene.refuse("/user/facial/recognize", 403, "liveness_required")
    scene.tab.go("/login")
    with scene.tab.page.expect_request(lambda request: "nonce" in (request.post_data or "")):
        scene.tab.step("challenge")


@pytest.mark.slow
def test_a_service_that_has_stopped_asking_gets_a_picture(scene: Scene) -> None:
    scene.refuse("/user/facial/challenge", 409, "liveness_off")
    scene.tab.go("/login")
    scene.tab.step("welcome")


@pytest.mark.slow
def test_a_failed_challenge_is_explained_and_another_one_is_played(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 422, "liveness_failed", FAILED)
    scene.tab.go("/login")
    expect(scene.tab.step("error")).to_contain_text("Not every movement could be seen.")
    scene.match()
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.press("Try again")
    assert sent(request.value)["nonce"] == "nonce 2"
    scene.tab.step("welcome")


@pytest.mark.slow
def test_a_challenge_that_took_too_long_is_followed_by_a_new_one(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 410, "challenge_expired")
    scene.tab.go("/login")
    expect(scene.tab.step("error")).to_contain_text("That took too long.")
    scene.match()
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.press("Try again")
    assert sent(request.value)["nonce"] == "nonce 2"


@pytest.mark.slow
def test_without_guidance_a_challenge_goes_on_by_itself(scene: Scene) -> None:
    scene.cut("/user/facial/inspect")
    scene.tab.go("/login")
    scene.tab.hint("silent")
    scene.tab.press("Take the picture")
    scene.tab.step("welcome")


@pytest.mark.slow
def test_a_page_may_drop_what_was_filmed(scene: Scene) -> None:
    scene.before("addEventListener('visage-capture', event => event.preventDefault())")
    scene.tab.go("/login")
    scene.tab.step("challenge")
    scene.tab.step("idle")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        ("liveness_failed", FAILED, "Not every movement could be seen."),
        ("face_too_dark", {"frame_index": 3, "reasons": ["face_too_dark"]}, "Too dark."),
    ],
)
def test_a_sign_up_whose_challenge_fails_repeats_the_challenge_alone(
    scene: Scene, code: str, details: dict[str, Any], said: str
) -> None:
    scene.refuse("/user/facial/store", 422, code, details)
    scene.tab.go("/signup")
    fill_details(scene.tab)
    scene.tab.press("Turn on the camera")
    scene.tab.step("review")
    with scene.tab.page.expect_request(STORE) as first:
        scene.tab.press("Create account")
    expect(scene.tab.step("review").get_by_role("alert")).to_contain_text(said)
    scene.answer("/user/facial/store", {"status": "stored", "facial_data": {"left_out": []}, **TOKENS}, 201)
    with scene.tab.page.expect_request(STORE) as second:
        scene.tab.press("Create account")
    scene.tab.step("done")
    before, after = sent(first.value), sent(second.value)
    assert after["images"] == before["images"]
    assert [before["nonce"], after["nonce"]] == ["nonce 1", "nonce 2"]
    assert set(prompts_of(after["frames"])) == {0}


@pytest.mark.slow
def test_a_challenge_can_be_left_for_the_pictures(scene: Scene) -> None:
    scene.tab.go("/signup")
    fill_details(scene.tab)
    scene.tab.press("Turn on the camera")
    scene.tab.step("review")
    scene.see("no_face")
    scene.tab.press("Create account")
    scene.tab.step("challenge")
    scene.tab.press("Back")
    scene.tab.step("review")
    assert not scene.tab.signup.evaluate("element => element.camera.live")
