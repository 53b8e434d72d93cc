"""Videos of real people, and of replays of them, as the camera where no movements are asked for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from embeddings.core.types import RGBImage
from embeddings.detect.finder import FaceFinder
from tests.browser.footage import camera_plays, needs_footage, person_in, read_frames, turns_its_head, videos
from tests.browser.people import enrol, film_person
from tests.browser.shutter_flow import log_in_by_shutter, sign_up_by_shutter
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.running_service import RunningService, service_of_its_own

LEAST_REFUSED = 2 / 3
"""The share of replays that must be refused."""

pytestmark = [pytest.mark.slow, needs_footage]


@pytest.fixture
def service(bundled: None, level: str) -> Iterator[RunningService]:
    with service_of_its_own(VISAGE_LIVENESS=level) as service:
        yield service


def become_a_user(tab: Tab, name: str, frames: Sequence[RGBImage], finder: FaceFinder) -> None:
    """Signs up on the page; or without it, where the head is so still that all pictures of it are alike.

    A sign-up needs at least three pictures in which the head is turned differently.
    """
    if turns_its_head(frames, finder):
        assert sign_up_by_shutter(tab, name) == "done", name
    else:
        enrol(tab.url, name, PASSWORD, film_person(finder, frames[0]))


@pytest.mark.parametrize("level", ["off", "passive"])
def test_real_people_sign_up_and_log_in(
    service: RunningService, playwright: Playwright, finder: FaceFinder, tmp_path: Path
) -> None:
    steps = {}
    for video in videos("real"):
        frames = read_frames(video)
        with camera_plays(frames, service.url, playwright, tmp_path) as tab:
            become_a_user(tab, person_in(video), frames, finder)
        with camera_plays(frames, service.url, playwright, tmp_path) as tab:
            steps[video.name] = log_in_by_shutter(tab)
    assert set(steps.values()) == {"welcome"}, steps


@pytest.mark.parametrize("level", ["passive"])
def test_replays_of_real_people_are_refused(
    service: RunningService, playwright: Playwright, finder: FaceFinder, tmp_path: Path
) -> None:
    for video in videos("real"):
        enrol(service.url, person_in(video), PASSWORD, film_person(finder, read_frames(video)[0]))
    steps = {}
    for video in videos("attack"):
        with camera_plays(read_frames(video), service.url, playwright, tmp_path) as tab:
            steps[video.name] = log_in_by_shutter(tab)
    refused = sum(step == "error" for step in steps.values())
    assert refused >= LEAST_REFUSED * len(steps), steps
