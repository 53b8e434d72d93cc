"""Makes pictures to send from photographs in packages."""

import base64

import cv2

from embeddings.core.types import RGBImage, Vector
from embeddings.decode.decode import decode_image
from embeddings.embed.engine import FaceEngine
from tests.camera_film import webcam_picture
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

QUALITY = 90
"""JPEG quality; the widget's is similar."""

MAX_PIXELS = 24_000_000
"""The maximal pixels of a picture; no picture of a benchmark has as many."""

TURNS = ((0.0, 0.0), (-20.0, 0.0), (20.0, 0.0), (0.0, -10.0), (0.0, 10.0))
"""Yaw and pitch, in degrees, of the captures of a sign-up."""


def before_webcam(engine: FaceEngine, photograph: RGBImage) -> RGBImage:
    """Renders the person in the photograph as a webcam would see them: (480, 640, 3) uint8 RGB."""
    return webcam_picture(photograph, engine.find_faces(photograph)[0].box)


def as_jpeg(picture: RGBImage) -> bytes:
    """Encodes an RGB picture as JPEG."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def captures_for_sign_up(engine: FaceEngine, picture: RGBImage) -> list[bytes]:
    """Returns five JPEGs of the person in the picture: looking ahead, to both sides, up and down."""
    mesh = engine.find_faces(picture)[0].mesh
    if mesh is None:
        raise ValueError("the mesh sees no face in this picture")
    return [capture_again(turn_head(picture, mesh, *turn), how) for turn, how in zip(TURNS, CAPTURINGS, strict=True)]


def vector_of(engine: FaceEngine, jpeg: bytes) -> Vector:
    """Embeds the face in a file with the engine's model."""
    pixels = decode_image(jpeg, MAX_PIXELS).pixels
    return engine.embed(pixels, engine.find_faces(pixels)[0])


def as_base64(jpeg: bytes) -> str:
    """Encodes an image for the API."""
    return base64.b64encode(jpeg).decode("ascii")
