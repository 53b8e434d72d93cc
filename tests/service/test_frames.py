"""The plausibility of frames' times."""

import pytest

from service.liveness.frames import Frame, plausible

PROMPTS = 3
ELAPSED = 5.0


def frames(*moments: float, prompts: tuple[int, ...] | None = None) -> list[Frame]:
    of = prompts or tuple(place * PROMPTS // len(moments) for place in range(len(moments)))
    return [Frame("", at, prompt) for at, prompt in zip(moments, of, strict=True)]


@pytest.mark.parametrize(
    "good",
    [
        frames(0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
        frames(1.0, 1.02, 1.1, 3.0, 3.1, 5.0),
        frames(1.0, 2.0, 3.0, 4.0, 5.0, 5.9),  # the client's clock runs fast
        frames(0.0, 1.0, 2.0, 3.0, prompts=(0, 0, 1, 2)),
    ],
)
def test_frames_of_a_film_are_plausible(good: list[Frame]) -> None:
    assert plausible(good, PROMPTS, ELAPSED)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(frames(-0.1, 0.1, 0.2, 0.3, 0.4, 0.5), id="before the challenge"),
        pytest.param(frames(0.0, 0.2, 0.1, 0.3, 0.4, 0.5), id="backwards"),
        pytest.param(frames(0.0, 0.1, 0.1, 0.3, 0.4, 0.5), id="two at once"),
        pytest.param(frames(0.0, 0.001, 0.002, 0.003, 0.004, 0.005), id="all at once"),
        pytest.param(frames(0.0, 0.1, 0.2, 0.3, 0.4, 6.1), id="after they came"),
        pytest.param(frames(0.0, 0.1, 0.2, 0.3, prompts=(0, 1, 0, 2)), id="prompts back and forth"),
        pytest.param(frames(0.0, 0.1, 0.2, 0.3, prompts=(0, 0, 1, 1)), id="a prompt left out"),
        pytest.param(frames(0.0, 0.1, 0.2, 0.3, prompts=(1, 1, 2, 2)), id="the first left out"),
        pytest.param(frames(0.0, 0.1, 0.2, 0.3, prompts=(0, 1, 2, 3)), id="one too many"),
    ],
)
def test_invalid_frames_are_not_plausible(bad: list[Frame]) -> None:
    assert not plausible(bad, PROMPTS, ELAPSED)


def test_a_film_with_a_gap_is_not_plausible() -> None:
    assert not plausible(frames(0.0, 0.1, 0.2, 0.3, 0.4, 20.0), PROMPTS, 30.0)


def beating(milliseconds: int, count: int = 18) -> list[float]:
    return [number * milliseconds / 1000 for number in range(count)]


@pytest.mark.parametrize("milliseconds", [40, 100])
def test_frames_at_exactly_equal_intervals_are_not_plausible(milliseconds: int) -> None:
    assert not plausible(frames(*beating(milliseconds)), PROMPTS, ELAPSED)


def test_frames_that_are_left_out_do_not_hide_equal_intervals() -> None:
    kept = [at for number, at in enumerate(beating(100, 30)) if number % 4]
    assert not plausible(frames(*kept), PROMPTS, ELAPSED)


def test_frames_with_the_jitter_of_a_browser_are_plausible() -> None:
    jittered = [at + 0.001 * (number % 2) for number, at in enumerate(beating(100))]
    assert plausible(frames(*jittered), PROMPTS, ELAPSED)
