"""A face engine that reads what a test has drawn into an image; for tests in which a network would only be slow."""

import base64
import zlib
from collections.abc import Collection, Mapping

import cv2
import numpy as np

from embeddings.core.models import card
from embeddings.core.types import Box, Face, Pose, Quality, RGBImage, Vector

MODEL_ID = "sface"
DIMENSION = 128
SIZE = 320
WIDTH = 160.0
SQUARE = 40
"""Pixels of one part of a scene."""


def picture(
    person: int = 1,
    *,
    faces: int = 1,
    take: int = 0,
    brightness: int = 128,
    yaw: int = 0,
    noise: int = 50,
    scene: int | None = None,
) -> bytes:
    """Returns a PNG that :class:`FakeEngine` understands.

    Args:
        take: distinguishes several photographs of one person.
        noise: percent, 0 to 255: the embedding's cosine to ``person_vector`` is 1 / sqrt(1 + (noise / 100)^2).
        scene: the rest of the picture; black by default. The engine ignores it.
    """
    pixels = np.zeros((SIZE, SIZE, 3), np.uint8)
    if scene is not None:
        squares = np.random.default_rng(scene).integers(0, 256, (SIZE // SQUARE, SIZE // SQUARE, 1), np.uint8)
        pixels[:] = squares.repeat(SQUARE, axis=0).repeat(SQUARE, axis=1)
    pixels[0, 0] = faces, person % 256, person // 256
    pixels[0, 1] = take, brightness, yaw + 128
    pixels[0, 2] = noise
    done, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    assert done
    return data.tobytes()


def data_url(image: bytes, media_type: str = "image/png") -> str:
    """Returns image bytes as the widget sends them."""
    return f"data:{media_type};base64,{base64.b64encode(image).decode()}"


def pictures(person: int = 1, count: int = 3) -> list[str]:
    """Returns several photographs of one person, as data URLs."""
    return [data_url(picture(person, take=take)) for take in range(count)]


def person_vector(person: int, dimension: int = DIMENSION) -> Vector:
    """Returns the common direction of a person's embeddings."""
    return _unit(np.random.default_rng(person).normal(size=dimension))


class FakeEngine:
    """A FaceEngine without networks."""

    model_id = MODEL_ID

    def find_faces(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        box = Box(0, 0, WIDTH, WIDTH)
        pose = Pose(float(image[0, 1, 2]) - 128, 0.0, 0.0)
        points = np.zeros((5, 2), np.float32)
        return [Face(box, 0.9, "blazeface-short", points, None, None, pose) for _ in range(image[0, 0, 0])]

    def measure(self, image: RGBImage, face: Face) -> Quality:
        return Quality(face.box.width, 150.0, float(image[0, 1, 1]), 50.0, 1.0, 35.0, 0.9)

    def embed(self, image: RGBImage, face: Face) -> Vector:
        return self.embed_as(image, face, [self.model_id])[self.model_id]

    def embed_as(self, image: RGBImage, face: Face, model_ids: Collection[str]) -> Mapping[str, Vector]:
        person = int(image[0, 0, 1]) + 256 * int(image[0, 0, 2])
        random = np.random.default_rng(zlib.crc32(image[0].tobytes()))
        noise = float(image[0, 2, 0]) / 100
        return {
            model_id: _strayed(person_vector(person, card(model_id).dimension), noise, random) for model_id in model_ids
        }

    def warm_up(self) -> None:
        pass


def _strayed(vector: Vector, noise: float, random: np.random.Generator) -> Vector:
    aside = random.normal(size=vector.shape)
    return _unit(vector + noise * _unit(aside - (aside @ vector) * vector))


def _unit(values: np.ndarray) -> Vector:
    return (values / np.linalg.norm(values)).astype(np.float32)
