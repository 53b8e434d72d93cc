"""Films of a person who follows the prompts, for :class:`tests.fakes.FakeEngine`, and a fake judge of them."""

from collections.abc import Sequence
from typing import Any

from embeddings.liveness import Flaw, Presentation, Prompt, Shot
from tests.fakes import data_url, picture

FRAMES = 6
"""Frames per prompt."""

MILLISECONDS, JITTER = 100, 3
"""From one frame to the next, and by how much a browser's clock is off."""
TURNED = 25
YAWS = {Prompt.TURN_LEFT: TURNED, Prompt.TURN_RIGHT: -TURNED}
"""Degrees, as ``Pose``; during other prompts the person looks ahead."""


def film(prompts: Sequence[str], person: int = 1, first_take: int = 0, brightness: int = 128) -> list[dict[str, Any]]:
    """Returns the frames of a reply in which a person follows these prompts in turn.

    ``first_take`` distinguishes several films of one person; each has as many takes as frames.
    """
    frames = []
    for place in range(FRAMES * len(prompts)):
        prompt, take = place // FRAMES, first_take + place
        seen = {"take": take % 256, "yaw": _yaw(prompts[prompt], place % FRAMES), "brightness": brightness}
        image = picture(person, **seen, scene=1000 * person + take)
        frames.append({"image": data_url(image), "at": float(place * MILLISECONDS + place % JITTER), "prompt": prompt})
    return frames


class FakeJudge:
    """Recognises turns to a side by the pose; accepts every other movement.

    Attributes:
        flaws: further flaws of every presentation.
    """

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def __call__(self, shots: Sequence[Shot], prompts: Sequence[Prompt]) -> Presentation:
        if not shots:
            return Presentation([Flaw.FACE_LOST], [], {})
        yaws = [shot.face.pose.yaw for shot in shots]
        key_shots = [min(range(len(shots)), key=lambda index: abs(yaws[index]))]
        flaws = list(self.flaws)
        for place, prompt in enumerate(prompts):
            own = [index for index, shot in enumerate(shots) if shot.prompt == place]
            if not own:
                return Presentation([Flaw.TOO_FEW_FRAMES], [], {})
            wanted = YAWS.get(prompt, 0)
            extreme = max(own, key=lambda index: yaws[index] * wanted)
            key_shots.append(extreme)
            if yaws[extreme] * wanted < 0 or (wanted and abs(yaws[extreme]) < TURNED):
                flaws.append(Flaw.PROMPT_NOT_PERFORMED)
        return Presentation(flaws, key_shots, {})


def _yaw(prompt: str, place: int) -> int:
    """Returns the yaw of a turn to the side and back."""
    return round(YAWS.get(Prompt(prompt), 0) * (1 - abs(place - FRAMES // 2) / (FRAMES // 2)))
