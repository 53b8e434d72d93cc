"""Films for Chromium's fake camera, made from photographs.

Chromium plays them with ``--use-fake-device-for-media-stream --use-file-for-fake-video-capture=<path>.y4m``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from embeddings.core.types import Box, RGBImage

WIDTH, HEIGHT = 640, 480
FRAMES_PER_SECOND = 30

FACE_SHARE = 0.40
"""Height of the face's box as a share of the picture's height, for a user at arm's length from a laptop."""

FACE_CENTRE = (0.5, 0.47)
"""The middle of the face, in shares of the picture's width and height: a little above the middle."""


class CameraFilm:
    """The film of the fake camera, which can be changed while a browser runs.

    Every film has the same number of frames, and so the same length in bytes. The browser reads frame after frame and
    restarts at the end, so it finds a whole frame wherever it is when the film changes.
    """

    def __init__(self, path: Path, frames: Sequence[RGBImage]) -> None:
        self.path = path
        path.touch()
        self.show(frames)

    def show(self, frames: Sequence[RGBImage]) -> None:
        """Overwrites the film in place, repeating the frames to fill it.

        Args:
            frames: at least one and at most :data:`FRAMES_PER_SECOND`, each (480, 640, 3) uint8 RGB.
        """
        film = encode_film([frames[index % len(frames)] for index in range(FRAMES_PER_SECOND)])
        with self.path.open("r+b") as file:
            file.write(film)
            file.truncate()


def encode_film(frames: Sequence[RGBImage], per_second: int = FRAMES_PER_SECOND) -> bytes:
    """Encodes the frames, each (480, 640, 3) uint8 RGB, as an uncompressed YUV4MPEG2 film."""
    film = [f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{per_second}:1 Ip A1:1 C420mpeg2\n".encode()]
    for frame in frames:
        if frame.shape != (HEIGHT, WIDTH, 3):
            raise ValueError(
                f"a frame of this camera is {HEIGHT} x {WIDTH} pixels in three channels, not {frame.shape}"
            )
        film += [b"FRAME\n", cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes()]
    return b"".join(film)


def webcam_picture(
    photograph: RGBImage, face: Box, share: float = FACE_SHARE, place: tuple[float, float] = FACE_CENTRE
) -> RGBImage:
    """Returns the photograph as a webcam would take it: the face in the middle and at the usual size.

    Args:
        photograph: (height, width, 3) uint8 RGB.
        face: the face in it.
        share: height of the face's box as a share of the picture's height.
        place: where the middle of the face should be, in shares of the picture's width and height.

    Returns:
        (480, 640, 3) uint8 RGB. Areas outside the photograph are filled with its blurred edge.
    """
    scale = share * HEIGHT / face.height
    centre = np.array([(face.left + face.right) / 2, (face.top + face.bottom) / 2])
    shift = np.array(place) * (WIDTH, HEIGHT) - scale * centre
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    source = photograph
    if scale < 1:
        # An affine warp samples without averaging, so shrink first and then shift by the rest.
        source = cast(RGBImage, cv2.resize(photograph, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        matrix[:, :2] = np.eye(2)
    seen = cv2.warpAffine(source, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full(source.shape[:2], 255, np.uint8), matrix, (WIDTH, HEIGHT))
    if inside.all():
        return cast(RGBImage, seen)
    coarse = cv2.resize(seen, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
    surroundings = cv2.resize(cv2.GaussianBlur(coarse, (0, 0), sigmaX=6), (WIDTH, HEIGHT))
    return cast(RGBImage, np.where(inside[..., None] > 0, seen, surroundings))


def empty_room(seed: int = 1) -> RGBImage:
    """Returns an empty room: (480, 640, 3) uint8 RGB, soft patches of light."""
    coarse = np.random.default_rng(seed).integers(60, 190, size=(6, 8, 3), dtype=np.uint8)
    return cast(RGBImage, cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
