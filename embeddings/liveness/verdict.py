"""Judges a presentation by combining all checks."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from embeddings.liveness.continuity import MAX_GAP, MOST_REPEATED, largest_gap, largest_jump, repeated
from embeddings.liveness.depth import depth_between
from embeddings.liveness.parallax import Depth
from embeddings.liveness.performance import Performance, movement, perform
from embeddings.liveness.types import SIDEWAYS, Flaw, Presentation, Prompt, Shot

MIN_SHOTS = 6
"""The minimal number of shots with a face for each prompt: about half a second at ten frames a second."""

# Chosen on presentations drawn by ``benchmarks.pad`` and on turns of real heads (``results/pad-footage.md`` there).

DEPTHS = SIDEWAYS | {Prompt.LOOK_UP}
"""The movements that show depth."""

MIN_DEPTH = 0.1
"""The minimal sine of the turn that the depth of the face shows: 5.7 degrees, about half of the smallest turn that is
asked for, because real faces are flatter than their meshes. A lower value accepts more bent prints."""
CERTAIN = 2.0
"""The number of standard errors that are subtracted from that sine, so that a blurred picture gains nothing."""
MIN_AGREEMENT = 0.6
"""The minimal correlation of the face before a movement with the aligned face after it, as the mean of the movements.
If it is lower, something other than the face was aligned."""
MOST_EXCUSED = 1.5
"""The maximal depth that one movement counts for, in multiples of ``MIN_DEPTH``. So a clear turn makes up for another
one in which the face was lost from sight, but not for a flat picture."""


def judge(shots: Sequence[Shot], prompts: Sequence[Prompt]) -> Presentation:
    """Judges whether the shots, in the order in which they were taken, show a live person who makes the movements.

    It reports every flaw that it finds, so that an evaluation shows the effect of each check.

    Args:
        shots: of all prompts; shots without a mesh count as without a face.
        prompts: in the order in which they were shown.
    """
    numbers = [number for number, shot in enumerate(shots) if shot.face.mesh is not None]
    shots = [shots[number] for number in numbers]
    times = [np.flatnonzero([shot.prompt == index for shot in shots]) for index in range(len(prompts))]
    if not prompts or any(len(when) < MIN_SHOTS for when in times):
        return Presentation([Flaw.TOO_FEW_FRAMES], [], {})
    if len({shot.image.shape for shot in shots}) > 1:  # no camera changes its resolution during a challenge
        return Presentation([Flaw.IMPLAUSIBLE_MOTION], [], {})
    ordered = all(before.prompt <= after.prompt for before, after in pairwise(shots))
    move = movement(shots)
    done = [perform(shots, move, prompt, when) for prompt, when in zip(prompts, times, strict=True)]
    depths = [_depth(shots, one) if prompt in DEPTHS else None for prompt, one in zip(prompts, done, strict=True)]
    relief, agreement = _relief([(prompt, depth) for prompt, depth in zip(prompts, depths, strict=True) if depth])
    gap, jump, same = largest_gap(shots), largest_jump(shots), repeated(shots)
    findings = {
        Flaw.FACE_LOST: gap > MAX_GAP,
        Flaw.IMPLAUSIBLE_MOTION: jump >= 1.0 or not ordered,
        Flaw.FROZEN: same > MOST_REPEATED,
        Flaw.PROMPT_NOT_PERFORMED: not all(one.done for one in done),
        Flaw.FLAT: relief < 1.0 or agreement < MIN_AGREEMENT,
    }
    measures = {"gap": gap, "jump": jump, "repeated": same, "relief": relief, "agreement": agreement}
    for prompt, one, depth in zip(prompts, done, depths, strict=True):
        measures[f"{prompt}_reached"] = one.reached
        if depth:
            measures |= {f"{prompt}_depth": _sine(prompt, depth), f"{prompt}_agreement": depth.agreement}
    front = int(np.argmin([np.hypot(shot.face.pose.yaw, shot.face.pose.pitch) for shot in shots]))
    key_shots = [numbers[index] for index in (front, *(one.end for one in done))]
    return Presentation([flaw for flaw, found in findings.items() if found], key_shots, measures)


def _depth(shots: Sequence[Shot], one: Performance) -> Depth:
    return depth_between(shots[one.begin : one.end + 1])


def _sine(prompt: Prompt, depth: Depth) -> float:
    """Returns the sine of the turn that depth shows in the requested direction, minus ``CERTAIN`` standard errors."""
    sine = {Prompt.TURN_LEFT: -depth.across, Prompt.TURN_RIGHT: depth.across, Prompt.LOOK_UP: depth.down}[prompt]
    return sine - CERTAIN * depth.error


def _relief(depths: Sequence[tuple[Prompt, Depth]]) -> tuple[float, float]:
    """Returns the mean depth of the movements, as a multiple of ``MIN_DEPTH``, and their mean agreement."""
    if not depths:
        return 0.0, 0.0
    shares = [_sine(prompt, depth) / MIN_DEPTH for prompt, depth in depths]
    return float(np.mean(np.minimum(shares, MOST_EXCUSED))), float(np.mean([depth.agreement for _, depth in depths]))
