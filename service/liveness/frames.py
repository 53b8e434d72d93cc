"""The frames of a reply to a challenge: whether their times are plausible, and whether they are new."""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from db.core.unit_of_work import UnitOfWork
from db.queries import challenges as rows
from embeddings.core.errors import ImageError
from embeddings.core.types import DecodedImage, RGBImage
from embeddings.decode.decode import decode_base64
from embeddings.quality.perceptual_hash import perceptual_hash
from service.domain.errors import ImageRejectedError

MIN_FRAMES, MAX_FRAMES = 18, 48
"""Number of frames in a reply: ``embeddings.liveness`` needs six of each prompt; sixteen show it well."""

PER_SECOND = 10
"""Frames to take per second."""

MAX_PIXELS = 307_200
"""Pixels of a frame, 640 x 480; 480 x 360 is enough."""

SHORTEST_GAP = 0.02
"""Minimum seconds between two frames. This allows five times the requested rate, because browser timers are uneven."""

LONGEST_GAP = 12.0
"""Maximum seconds between two frames: a user may need time for a turn, and not every frame of it is sent."""

CLOCKS_DIFFER = 1.0
"""Seconds by which a client's clock may run ahead of ours, or two machines of the service may differ."""

BEATS, BEAT = 12, 10
"""If ``BEATS`` or more gaps between frames are all multiples of one number of milliseconds, of ``BEAT`` or more, a
program made the times. A browser's times have a jitter of about a millisecond. A browser that rounds its clock to 100
ms (Firefox with ``privacy.resistFingerprinting``) sends no frames: it does not let a page read the camera's pixels."""

MOST_SEEN = 0.2
"""Maximum share of frames that were seen before; see ``embeddings.quality.perceptual_hash``."""

KEPT = timedelta(days=3)
"""How long a frame is remembered: 48 frames of a login take about 6 KB in the database."""

_FINGERPRINT_BYTES = 16


@dataclass(frozen=True)
class Frame:
    """One frame as a client sent it.

    Attributes:
        image: base64 text.
        at: seconds since the challenge was shown, by the client's clock.
        prompt: the prompt that was shown, from 0.
    """

    image: str
    at: float
    prompt: int


def decode_frame(text: str, index: int) -> DecodedImage:
    """Decodes a frame from base64 text; raises ImageRejectedError with the frame's index."""
    try:
        return decode_base64(text, MAX_PIXELS)
    except ImageError as error:
        raise ImageRejectedError(index, error) from error


def plausible(frames: Sequence[Frame], prompts: int, elapsed: float) -> bool:
    """Whether the frames can have been taken at the stated times.

    Args:
        frames: at least two, in the order in which they were sent.
        prompts: the number of prompts.
        elapsed: seconds between the issue of the challenge and the arrival of all frames.
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
    """Recognises frames of earlier replies for some days, by keyed hashes that only this service can compute."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def repeated(self, work: UnitOfWork, images: Sequence[RGBImage], now: datetime) -> bool:
        """Whether too many of these frames were sent before; also remembers them.

        ``images`` must show a face: the pictures of covered cameras are all alike.
        """
        fingerprints = {
            hmac.digest(self._key, perceptual_hash(image), "sha256")[:_FINGERPRINT_BYTES] for image in images
        }
        new = rows.remember_frames(work.session, fingerprints, now)
        return len(fingerprints) - new > MOST_SEEN * len(fingerprints)

    def forget_old(self, work: UnitOfWork, now: datetime) -> None:
        """Deletes frames that were seen too long ago."""
        rows.forget_frames(work.session, now - KEPT)
