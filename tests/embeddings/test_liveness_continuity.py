"""Gaps, cuts and repeated frames in the shots of a presentation."""

import math
from dataclasses import replace

import pytest

from embeddings.liveness.continuity import MOST_REPEATED, largest_gap, largest_jump, repeated
from tests.embeddings.presentations import FRAME, shot


def test_a_gap_is_the_longest_time_without_a_face() -> None:
    shots = [shot(number) for number in (0, 1, 2, 9, 10)]
    assert largest_gap(shots) == pytest.approx(7 * FRAME)


def test_decreasing_timestamps_are_an_infinite_gap() -> None:
    assert largest_gap([shot(0), shot(2), shot(1)]) == math.inf


def test_a_quick_turn_is_no_jump() -> None:
    shots = [shot(number, yaw=yaw) for number, yaw in enumerate([0, 0, 8, 24, 32, 33, 33])]
    assert largest_jump(shots) < 1.0


@pytest.mark.parametrize(
    "after", [{"yaw": 25.0}, {"shift": (30.0, 0.0)}, {"size": 1.3}], ids=["turned", "elsewhere", "nearer"]
)
def test_a_cut_is_a_jump(after: dict[str, float]) -> None:
    shots = [shot(number) for number in range(5)] + [shot(number, **after) for number in range(5, 10)]
    assert largest_jump(shots) >= 1.0


def test_a_frame_that_is_sent_again_is_repeated() -> None:
    still = [replace(shot(0), at=number * FRAME) for number in range(10)]
    assert repeated(still) > MOST_REPEATED


def test_the_noise_of_a_camera_tells_frames_of_a_still_face_apart() -> None:
    assert repeated([shot(number) for number in range(10)]) == 0.0
