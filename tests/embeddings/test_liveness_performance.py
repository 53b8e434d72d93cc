"""Whether a prompt was performed, by drawn shots."""

from collections.abc import Sequence

import numpy as np
import pytest

from embeddings.liveness import Prompt, Shot
from embeddings.liveness.performance import Performance, movement, perform
from tests.embeddings.presentations import shot

LEFT_EYE, RIGHT_EYE, MOUTH = 0, 1, 2


def done(shots: Sequence[Shot], prompt: Prompt, index: int = 0) -> Performance:
    when = np.flatnonzero([one.prompt == index for one in shots])
    return perform(shots, movement(shots), prompt, when)


def turning(yaws: Sequence[float]) -> list[Shot]:
    return [shot(number, yaw=yaw) for number, yaw in enumerate(yaws)]


TO_THE_RIGHT_EDGE = [0, 0, 0, 1, 8, 16, 20, 21, 20]


def test_a_turn_is_to_the_persons_own_left() -> None:
    assert done(turning(TO_THE_RIGHT_EDGE), Prompt.TURN_LEFT).done
    assert not done(turning(TO_THE_RIGHT_EDGE), Prompt.TURN_RIGHT).done


def test_a_turn_counts_from_where_the_person_looks_ahead() -> None:
    aside = [yaw - 12 for yaw in TO_THE_RIGHT_EDGE]
    assert done(turning(aside), Prompt.TURN_LEFT).done


def test_a_turn_that_is_too_small_does_not_count() -> None:
    performance = done(turning([yaw / 4 for yaw in TO_THE_RIGHT_EDGE]), Prompt.TURN_LEFT)
    assert not performance.done
    assert 0 < performance.reached < 1


def test_a_head_that_is_turned_before_the_prompt_does_not_count() -> None:
    shots = [shot(number, yaw=0.0) for number in range(5)] + [shot(5 + number, 1, yaw=20.0) for number in range(8)]
    assert not done(shots, Prompt.TURN_LEFT, 1).done


def test_a_turn_begins_at_the_most_frontal_shot_and_ends_at_the_furthest() -> None:
    start = [shot(number, yaw=0.0) for number in range(3)]
    swing = [shot(3 + number, 1, yaw=yaw) for number, yaw in enumerate([-20, -20, -9, 1, 12, 20, 22, 20])]
    performance = done(start + swing, Prompt.TURN_LEFT, 1)
    assert (performance.begin, performance.end) == (6, 9)


def test_looking_up_raises_the_face() -> None:
    shots = [shot(number, pitch=pitch) for number, pitch in enumerate([0, 0, 0, 2, 8, 12, 12])]
    assert done(shots, Prompt.LOOK_UP).done


def test_a_larger_face_has_moved_closer() -> None:
    shots = [shot(number, size=size) for number, size in enumerate([1, 1, 1, 1.05, 1.2, 1.3, 1.3])]
    assert done(shots, Prompt.MOVE_CLOSER).done
    assert not done(shots[:4], Prompt.MOVE_CLOSER).done


@pytest.mark.parametrize(
    ("hidden", "blinked"),
    [((LEFT_EYE, RIGHT_EYE), True), ((LEFT_EYE,), False), ((LEFT_EYE, RIGHT_EYE, MOUTH), False), ((), False)],
    ids=["both eyes", "one eye", "the whole face", "nothing"],
)
def test_a_blink_shuts_both_eyes_and_nothing_else(hidden: Sequence[int], blinked: bool) -> None:
    shots = [shot(number, hidden=hidden if number in {6, 7} else ()) for number in range(14)]
    assert done(shots, Prompt.BLINK).done is blinked


def test_eyes_that_stay_shut_are_no_blink() -> None:
    shots = [shot(number, hidden=(LEFT_EYE, RIGHT_EYE) if number >= 6 else ()) for number in range(14)]
    assert not done(shots, Prompt.BLINK).done
