"""People before the fake camera, as a webcam sees them: looking ahead and to either side."""

import base64
import json
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.core.types import RGBImage
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from tests.camera_film import webcam_picture
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

TURNS = {"left": (20.0, 0.0), "right": (-20.0, 0.0), "up": (0.0, 15.0), "down": (0.0, -15.0)}
"""Degrees of yaw and pitch of a slight turn of the head, as the page asks for it."""


@dataclass(frozen=True)
class Person:
    """One person before the camera, each picture (480, 640, 3) uint8 RGB.

    Attributes:
        poses: by the page's names: ``left`` is the person's own left, the right side of the picture.
    """

    poses: Mapping[str, RGBImage]

    @property
    def front(self) -> RGBImage:
        return self.poses["front"]


def film_person(finder: FaceFinder, photograph: RGBImage) -> Person:
    """Returns the person in a photograph, (height, width, 3) uint8 RGB with one face, as a webcam films them."""
    front = webcam_picture(photograph, finder.find(photograph)[0].box)
    mesh = finder.find(front)[0].mesh
    assert mesh is not None
    turned = {name: turn_head(front, mesh, yaw, pitch) for name, (yaw, pitch) in TURNS.items()}
    return Person({"front": front, **turned})


def load_finder() -> FaceFinder:
    """Loads a face finder in this process."""
    return FaceFinder.load(DlibDetector())


def enrol(url: str, username: str, password: str, person: Person, display_name: str | None = None) -> None:
    """Signs a person up without a browser."""
    pictures = [capture_again(pose, how) for pose, how in zip(person.poses.values(), CAPTURINGS, strict=True)]
    body = {"username": username, "password": password, "images": data_urls(pictures), "consent": True}
    if display_name is not None:
        body["display_name"] = display_name
    status, _ = post(f"{url}/user/facial/store", body)
    assert status == 201


def post(url: str, body: Mapping[str, Any]) -> tuple[int, Any]:
    """Posts without a browser; returns status and JSON. Raises HTTPError for an error answer."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status, json.load(response)


def data_urls(pictures: Sequence[bytes]) -> list[str]:
    """Converts JPEG files to the form that the API accepts."""
    return [f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}" for picture in pictures]
