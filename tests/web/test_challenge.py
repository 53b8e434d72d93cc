"""The widget's challenge: its prompts, when a movement counts as made, and which frames it keeps."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from web.build.npm import run_node

SCRIPT = Path(__file__).with_name("challenge.mjs")
STEP = 100
"""Milliseconds between two shots, ten per second."""


def say(what: str, case: Any) -> Any:
    """Returns the result of the widget's modules for a case of ``challenge.mjs``."""
    return json.loads(run_node(SCRIPT, what, json.dumps(case), folder=SCRIPT.parent))


def turned(yaw: float) -> dict[str, Any]:
    """Returns an answer about a user who is turned by this many degrees from their frontal pose."""
    return {"pose": {"yaw": 4 + yaw, "pitch": -3}}


def wide(share: float) -> dict[str, Any]:
    """Returns an answer about a user whose face is wider by this factor."""
    return {"box": {"left": 0.4, "top": 0.3, "right": 0.4 + 0.2 * share, "bottom": 0.7}}


def test_a_movement_that_begins_ahead_is_preceded_by_a_look_ahead() -> None:
    steps = say("steps", ["blink", "turn_left", "move_closer"])
    assert [(step["prompt"], step["index"]) for step in steps] == [
        ("blink", 0),
        ("turn_left", 1),
        ("look_ahead", 1),
        ("move_closer", 2),
    ]


@pytest.mark.parametrize("prompts", [["turn_left", "turn_right"], ["blink", "move_closer"], ["move_closer", "look_up"]])
def test_no_look_ahead_is_added_where_it_is_not_needed(prompts: list[str]) -> None:
    assert [step["prompt"] for step in say("steps", prompts)] == prompts


@pytest.mark.parametrize(
    ("prompt", "seen", "done"),
    [
        ("turn_left", turned(13), True),
        ("turn_left", turned(8), False),
        ("turn_left", turned(-13), False),
        ("turn_right", turned(-13), True),
        ("look_up", {"pose": {"yaw": 4, "pitch": 7}}, True),
        ("look_up", {"pose": {"yaw": 4, "pitch": 0}}, False),
        ("move_closer", wide(1.4), True),
        ("move_closer", wide(1.2), False),
        ("look_ahead", turned(5), True),
        ("look_ahead", turned(12), False),
    ],
)
def test_a_movement_is_measured_from_how_the_person_looked_ahead(prompt: str, seen: dict[str, Any], done: bool) -> None:
    assert (say("share", {"prompt": prompt, "seen": seen}) == 1) is done


@pytest.mark.parametrize(
    ("prompt", "answers", "over"),
    [
        pytest.param("turn_left", [[300, turned(0)], [600, turned(13)], [900, turned(13)]], 1200, id="at once"),
        pytest.param("turn_left", [[t, turned(t / 150)] for t in range(300, 2700, 300)], 2100, id="slowly"),
        pytest.param("turn_left", [[300, turned(13)], [600, turned(0)], [900, turned(13)]], 3400, id="one alone"),
        pytest.param("turn_left", [], 2500, id="in silence"),
        pytest.param("turn_left", [[t, turned(0)] for t in range(0, 9000, 300)], 6000, id="not made"),
        pytest.param("blink", [[t, {}] for t in range(0, 9000, 300)], 2500, id="a blink"),
        pytest.param("look_ahead", [[300, turned(9)], [600, turned(2)]], 600, id="ahead again"),
    ],
)
def test_a_prompt_ends_when_its_movement_is_seen_twice_or_after_a_time(
    prompt: str, answers: list[Any], over: int
) -> None:
    assert say("over", {"prompt": prompt, "answers": answers}) == over


def test_an_obstacle_is_shown_once_it_is_certain() -> None:
    seen = [["several_faces"], ["several_faces"], ["face_blurred"], []]
    said = say("hints", {"prompt": "turn_left", "seen": seen})
    assert said == ["turn_left", "several_faces", "turn_left", "turn_left"]


def test_a_shot_is_taken_ten_times_a_second() -> None:
    shots = say("cut", {"lasting": [2000], "rate": 30, "max": 100})
    assert [at for _, at in shots] == [STEP * shot for shot in range(20)]


def test_a_slow_camera_is_filmed_as_fast_as_it_goes() -> None:
    shots = say("cut", {"lasting": [2000], "rate": 7, "max": 100})
    assert len(shots) == 14


def test_a_long_film_is_thinned_to_what_the_service_takes_without_long_gaps() -> None:
    shots = say("cut", {"lasting": [5000, 5000, 5000], "rate": 30, "max": 48})
    gaps = [after - before for (_, before), (_, after) in pairwise(shots)]
    assert len(shots) == 48
    assert {prompt for prompt, _ in shots} == {0, 1, 2}
    assert max(gaps) <= 400


@pytest.mark.parametrize("rate", [10, 15, 20, 24, 25, 30, 60])
@pytest.mark.parametrize(("lasting", "blink"), [([2500, 3000, 3000], 0), ([4000, 2500, 1500], 1)])
def test_closed_eyes_do_not_fall_between_the_shots_of_a_blink(rate: int, lasting: list[int], blink: int) -> None:
    """Beside a movement, whose shots would otherwise be preferred."""
    shots = say("cut", {"lasting": lasting, "rate": rate, "moving": [500, 1500], "max": 48, "quick": [blink]})
    gaps = [after - before for (one, before), (other, after) in pairwise(shots) if one == other == blink]
    assert len(shots) == 48
    assert max(gaps) <= 170
    assert min(after - before for (_, before), (_, after) in pairwise(shots)) >= 45
    assert {prompt for prompt in range(3) if sum(prompt == one for one, _ in shots) >= 8} == {0, 1, 2}


def test_a_blink_before_a_camera_with_fifteen_frames_a_second_has_all_of_them() -> None:
    shots = say("cut", {"lasting": [2500, 500, 500], "rate": 15, "max": 60, "quick": [0]})
    blink = [at for prompt, at in shots if prompt == 0]
    assert len(blink) == 38


def test_a_thinned_film_keeps_every_shot_of_a_movement() -> None:
    shots = say("cut", {"lasting": [6000, 4000], "rate": 30, "moving": [3000, 4500], "max": 48})
    assert set(range(3000, 4501, STEP)) <= {at for _, at in shots}


def test_a_prompt_that_is_done_at_once_keeps_enough_shots() -> None:
    shots = say("cut", {"lasting": [6000, 900, 6000], "rate": 30, "moving": [0, 6000], "max": 48})
    assert sum(prompt == 1 for prompt, _ in shots) >= 8
