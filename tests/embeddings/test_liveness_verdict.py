"""The judgement of a whole presentation, by drawn shots."""

from dataclasses import replace

from embeddings.liveness import Flaw, Prompt, Shot, judge
from tests.embeddings.presentations import shot

PROMPTS = [Prompt.TURN_LEFT, Prompt.MOVE_CLOSER, Prompt.LOOK_UP]


def still(count: int = 36) -> list[Shot]:
    """Returns shots of a person who does nothing."""
    return [shot(number, number * len(PROMPTS) // count) for number in range(count)]


def without_mesh(one: Shot) -> Shot:
    return replace(one, face=replace(one.face, mesh=None, mesh_logit=None))


def test_a_person_who_does_nothing_performs_no_prompt() -> None:
    assert Flaw.PROMPT_NOT_PERFORMED in judge(still(), PROMPTS).flaws


def test_too_few_frames_are_a_flaw() -> None:
    presentation = judge(still(12), PROMPTS)
    assert presentation.flaws == [Flaw.TOO_FEW_FRAMES]
    assert presentation.key_shots == []


def test_a_presentation_without_prompts_is_flawed() -> None:
    assert judge(still(), []).flaws


def test_a_face_that_leaves_for_a_second_is_lost() -> None:
    shots = still(48)
    assert Flaw.FACE_LOST in judge(shots[:18] + shots[28:], PROMPTS).flaws


def test_prompts_out_of_order_are_implausible() -> None:
    shots = still()
    shots[5] = replace(shots[5], prompt=1)
    assert Flaw.IMPLAUSIBLE_MOTION in judge(shots, PROMPTS).flaws


def test_key_shots_are_numbered_as_the_shots_were_given() -> None:
    lost = [without_mesh(one) for one in still()[:3]]
    shots = lost + [replace(one, at=one.at + 0.3) for one in still()]
    front, *extremes = judge(shots, PROMPTS).key_shots
    assert front >= len(lost)
    assert [shots[index].prompt for index in extremes] == [0, 1, 2]


def test_the_most_frontal_shot_comes_first() -> None:
    shots = [replace(one, face=shot(0, yaw=9.0).face) for one in still()]
    shots[20] = still()[20]
    assert judge(shots, PROMPTS).key_shots[0] == 20


def test_measures_are_named_by_prompt() -> None:
    measures = judge(still(), PROMPTS).measures
    assert {"turn_left_reached", "turn_left_depth", "look_up_depth", "move_closer_reached"} <= set(measures)
    assert "move_closer_depth" not in measures


def test_a_change_of_the_frame_size_is_implausible() -> None:
    shots = still()
    shots[9] = replace(shots[9], image=shots[9].image[:-2])
    presentation = judge(shots, PROMPTS)
    assert presentation.flaws == [Flaw.IMPLAUSIBLE_MOTION]


def test_a_face_beyond_the_edge_is_judged_too() -> None:
    shots = [shot(number, number // 12, shift=(4000.0, 3000.0)) for number in range(36)]
    assert Flaw.FLAT in judge(shots, PROMPTS).flaws


def test_without_a_turn_nothing_shows_depth() -> None:
    prompts = [Prompt.MOVE_CLOSER, Prompt.BLINK]
    assert Flaw.FLAT in judge([shot(number, number // 12) for number in range(24)], prompts).flaws
