"""The judge of a presentation: every check, and what they say together."""

from collections.abc import Sequence

import numpy as np

from embeddings.liveness.performance import extent, movement
from embeddings.liveness.types import Flaw, Presentation, Prompt, Shot

MIN_SHOTS = 5
"""For each prompt: half a second at ten frames a second."""


def judge(shots: Sequence[Shot], prompts: Sequence[Prompt]) -> Presentation:
    """Whether the shots, in the order in which they were taken, show a person who does what is asked.

    Args:
        shots: of all prompts.
        prompts: in the order in which they were shown.
    """
    seen = np.array([shot.face.mesh is not None for shot in shots])
    of_prompt = [np.flatnonzero([shot.prompt == index for shot in shots]) for index in range(len(prompts))]
    if any(len(some) < MIN_SHOTS for some in of_prompt):
        return Presentation([Flaw.TOO_FEW_FRAMES], [], {})
    if not seen.all():
        return Presentation([Flaw.FACE_LOST], [], {})
    move = movement(shots)
    flaws: list[Flaw] = []
    front = int(np.argmin(np.abs(move.yaw) + np.abs(move.pitch)))
    key_shots, measures = [front], {}
    for index, (prompt, some) in enumerate(zip(prompts, of_prompt, strict=True)):
        reached = extent(move, prompt)[some]
        best = int(np.argmax(reached))
        key_shots.append(int(some[best]))
        measures[f"reached_{index}"] = float(reached[best])
        if reached[best] < 1.0:
            flaws.append(Flaw.PROMPT_NOT_PERFORMED)
    return Presentation(sorted(set(flaws), key=list(Flaw).index), key_shots, measures)
