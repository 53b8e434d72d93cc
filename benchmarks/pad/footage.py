"""Reads and writes recorded sessions, so that real people and real instruments can be judged in the same way.

``FOLDER/<label>/<session>/session.json`` beside its JPEGs; the label is ``bona-fide`` or the name of a species:

    {"person": "P07", "prompts": ["turn_left", "blink", "look_up"],
     "frames": [{"file": "000.jpg", "at": 12, "prompt": 0}, ...]}

``at`` is milliseconds since the challenge was shown, and ``prompt`` the index of the shown prompt, as in the service's
API.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pydantic import BaseModel, Field, ValidationError

from embeddings.core.types import RGBImage
from embeddings.liveness import Prompt, Shot
from tests.sitters import Find

BONA_FIDE = "bona-fide"
DESCRIPTION = "session.json"


@dataclass(frozen=True)
class Session:
    """One presentation for one challenge.

    Attributes:
        label: ``BONA_FIDE``, or the attack's species.
        person: any name for the person whose face it is.
        prompts: the prompts of the challenge.
        frames: JPEGs in the order in which they were taken.
        at: for each frame, milliseconds since the challenge was shown.
        prompt: for each frame, the index of the shown prompt.
    """

    label: str
    person: str
    prompts: Sequence[Prompt]
    frames: Sequence[bytes]
    at: Sequence[int]
    prompt: Sequence[int]


class _Frame(BaseModel):
    file: str = Field(pattern=r"^[\w-]+\.jpe?g$")
    at: int = Field(ge=0)
    prompt: int = Field(ge=0)


class _Description(BaseModel):
    person: str
    prompts: list[Prompt] = Field(min_length=1)
    frames: list[_Frame]


def write_session(folder: Path, name: str, session: Session) -> None:
    """Writes a session to ``folder/<label>/<name>``."""
    place = folder / session.label / name
    place.mkdir(parents=True, exist_ok=True)
    frames = []
    for number, (jpeg, at, prompt) in enumerate(zip(session.frames, session.at, session.prompt, strict=True)):
        file = f"{number:03}.jpg"
        (place / file).write_bytes(jpeg)
        frames.append(_Frame(file=file, at=at, prompt=prompt))
    description = _Description(person=session.person, prompts=list(session.prompts), frames=frames)
    (place / DESCRIPTION).write_text(description.model_dump_json(), encoding="utf-8")


def sessions_in(folder: Path) -> list[Path]:
    """Returns the folders of all sessions, in the order of their names."""
    return [file.parent for file in sorted(folder.glob(f"*/*/{DESCRIPTION}"))]


def read_session(place: Path) -> Session:
    """Reads the session in a folder, whose parent's name is its label.

    Raises:
        ValueError: its description is malformed, or a frame is missing.
    """
    name = f"{place.parent.name}/{place.name}"
    try:
        described = _Description.model_validate_json((place / DESCRIPTION).read_bytes())
        frames = [(place / frame.file).read_bytes() for frame in described.frames]
    except ValidationError as error:
        raise ValueError(f"{name}: {DESCRIPTION} is not as it has to be: {error}") from error
    except FileNotFoundError as error:
        raise ValueError(f"{name}: a file is missing") from error
    if any(frame.prompt >= len(described.prompts) for frame in described.frames):
        raise ValueError(f"{name}: a frame belongs to a prompt that is none")
    at, prompt = [frame.at for frame in described.frames], [frame.prompt for frame in described.frames]
    return Session(place.parent.name, described.person, described.prompts, frames, at, prompt)


def shots_of(session: Session, find: Find) -> list[Shot]:
    """Returns the frames with a face, each with its largest face."""
    shots = []
    for jpeg, at, prompt in zip(session.frames, session.at, session.prompt, strict=True):
        image = decoded(jpeg)
        faces = find(image)
        if faces:
            shots.append(Shot(image, faces[0], at / 1000.0, prompt))
    return shots


def decoded(jpeg: bytes) -> RGBImage:
    """Decodes a JPEG to (height, width, 3) uint8 RGB.

    Raises:
        ValueError: it is not an image.
    """
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise ValueError("a frame is no image")
    return np.asarray(pixels, np.uint8)
