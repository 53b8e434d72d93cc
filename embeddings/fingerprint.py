"""What of a frame survives when it is encoded anew, and is never the same in two frames of a person who moves.

The means of 12 x 9 parts, in steps of 8 grey levels. A part of a frame of 480 x 360 is 40 x 40 pixels: JPEG's losses
move its mean by a tenth of a level, a head that moves by a few pixels moves some of the means by several.

Measured with sessions of forty frames of one person, drawn before one background in one light, each with its own noise
and sent as a JPEG of quality 85. Sent again as a JPEG of quality 60, 14 to 19 of forty frames are the same, at 75 18 to
24. Another session of the same person shares none of its frames, or four where they hold as still as they can both
times; a challenge has them move. Frames that are scaled, cropped, shifted or made lighter before they are sent again
are new ones to it: this stops who sends again what was sent, and no more.
"""

import cv2
import numpy as np

from embeddings.types import RGBImage

CELLS = (12, 9)
"""Columns and rows. Of 16 x 12 half as many frames survive a JPEG of quality 75."""

STEP = 8
"""Grey levels. With 16 a person who holds still repeats 22 of forty frames; with 4 half as many survive a JPEG."""


def coarse(image: RGBImage) -> bytes:
    """An (h, w, 3) uint8 RGB frame made coarse: 108 bytes."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    means = cv2.resize(grey.astype(np.float32), CELLS, interpolation=cv2.INTER_AREA)
    return np.asarray(means // STEP, np.uint8).tobytes()
