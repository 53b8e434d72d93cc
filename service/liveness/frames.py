"""The frames of a reply to a challenge: whether they can be from when they say, and whether they are new."""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from db.core.unit_of_work import UnitOfWork
from db.queries import challenges as rows
from embeddings.core.types import RGBImage
from embeddings.quality.perceptual_hash import perceptual_hash

MIN_FRAMES, MAX_FRAMES = 18, 48
"""Of a challenge: ``embeddings.liveness`` wants six of each prompt, and sixteen show it well."""

PER_SECOND = 10
"""Frames to take each second."""

MAX_PIXELS = 307_200
"""Of a frame, 640 x 480; 480 x 360 is enough."""

SHORTEST_GAP = 0.02
"""Seconds between two frames, at least: five times the rate that is asked for, as browsers' timers are not steady."""

LONGEST_GAP = 12.0
"""Seconds, at most: somebody may need a while for a turn, of which not every frame is sent."""

CLOCKS_DIFFER = 1.0
"""Seconds by which a client's clock may gain on ours, or ours be that of another machine of the service."""

BEATS, BEAT = 12, 10
"""So many gaps between frames that are all multiples of so many milliseconds, or of more, are a program's. A browser's
times have a jitter of a millisecond or so. One that rounds its clock to 100 ms (Firefox with
``privacy.resistFingerprinting``) does not let a page read its camera's pixels either."""

MOST_SEEN = 0.2
"""Share of frames that may have been seen before; see ``embeddings.quality.perceptual_hash``."""

KEPT = timedelta(days=3)
"""For how long a frame is known: 48 frames of a login take about 6 KB in the database."""

_FINGERPRINT_BYTES = 16


@dataclass(frozen=True)
class Frame:
    """One frame as a client sent it.

    Attributes:
        image: base64 text.
        at: seconds since the challenge was shown, by the client's clock.
        prompt: which prompt was on show, from 0.
    """

    image: str
    at: float
    prompt: int


def plausible(frames: Sequence[Frame], prompts: int, elapsed: float) -> bool:
    """Whether the frames can have been taken as they say.

    Args:
        frames: at least two, in the order in which they were sent.
        prompts: how many there were.
        elapsed: seconds between the moment when the challenge was handed out and that when the frames had come.
    """
    gaps = [later.at - earlier.at for earlier, later in pairwise(frames)]
    order = [frame.prompt for frame in frames]
    return (
        frames[0].at >= 0
        and frames[-1].at <= elapsed + CLOCKS_DIFFER
        and all(SHORTEST_GAP <= gap <= LONGEST_GAP for gap in gaps)
        and order == sorted(order)
        and set(order) == set(range(prompts))
        and not _beats(gaps)
    )


def _beats(gaps: Sequence[float]) -> bool:
    """Whether gaps, in seconds, follow a beat."""
    return len(gaps) >= BEATS and math.gcd(*(round(1000 * gap) for gap in gaps)) >= BEAT


class SeenFrames:
    """Knows frames again that have answered a challenge, for some days, by hashes that only this service can make."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def repeated(self, work: UnitOfWork, images: Sequence[RGBImage], now: datetime) -> bool:
        """Whether too many of these frames have been sent before; from now on all of them have been.

        ``images`` are those with a face: a covered camera's are alike whoever holds it.
        """
        fingerprints = {
            hmac.digest(self._key, perceptual_hash(image), "sha256")[:_FINGERPRINT_BYTES] for image in images
        }
        new = rows.remember_frames(work.session, fingerprints, now)
        return len(fingerprints) - new > MOST_SEEN * len(fingerprints)

    def forget_old(self, work: UnitOfWork, now: datetime) -> None:
        """Deletes what was seen too long ago."""
        rows.forget_frames(work.session, now - KEPT)
