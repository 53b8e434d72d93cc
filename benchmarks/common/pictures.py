"""Pictures to send, made from photographs that packages ship."""

import base64

import cv2

from embeddings.core.types import RGBImage, Vector
from embeddings.decode.decode import decode_image
from embeddings.embed.engine import FaceEngine
from tests.camera_film import webcam_picture
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

QUALITY = 90
"""Of the JPEG; the widget's is similar."""

MAX_PIXELS = 24_000_000
"""Of a picture, as the service allows by default."""

TURNS = ((0.0, 0.0), (-20.0, 0.0), (20.0, 0.0), (0.0, -10.0), (0.0, 10.0))
"""Yaw and pitch, in degrees, of the captures of a sign-up."""


def before_webcam(engine: FaceEngine, photograph: RGBImage) -> RGBImage:
    """Whoever the photograph shows, before a webcam: (480, 640, 3) uint8 RGB."""
    return webcam_picture(photograph, engine.find_faces(photograph)[0].box)


def as_jpeg(picture: RGBImage) -> bytes:
    """An RGB picture as JPEG."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def captures_for_sign_up(engine: FaceEngine, picture: RGBImage) -> list[bytes]:
    """Five JPEGs of whoever is in the picture: looking ahead, to the sides, up and down."""
    mesh = engine.find_faces(picture)[0].mesh
    if mesh is None:
        raise ValueError("the mesh sees no face in this picture")
    return [capture_again(turn_head(picture, mesh, *turn), how) for turn, how in zip(TURNS, CAPTURINGS, strict=True)]


def vector_of(engine: FaceEngine, jpeg: bytes) -> Vector:
    """The face in a file, as the engine's model sees it."""
    pixels = decode_image(jpeg, MAX_PIXELS).pixels
    return engine.embed(pixels, engine.find_faces(pixels)[0])


def as_base64(jpeg: bytes) -> str:
    """The way the API takes images."""
    return base64.b64encode(jpeg).decode("ascii")
