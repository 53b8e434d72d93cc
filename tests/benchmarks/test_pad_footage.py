import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.pad.footage import BONA_FIDE, DESCRIPTION, Session, read_session, sessions_in, shots_of, write_session
from embeddings.core.types import Face, RGBImage
from embeddings.liveness import Prompt
from tests.embeddings.presentations import shot
from tests.turned_heads import encode_jpeg

PROMPTS = [Prompt.TURN_LEFT, Prompt.BLINK, Prompt.LOOK_UP]


@pytest.fixture
def session() -> Session:
    frames = [encode_jpeg(np.full((24, 32, 3), 40 * number, np.uint8)) for number in range(4)]
    return Session("print", "P07", PROMPTS, frames, [0, 104, 197, 305], [0, 0, 1, 2])


def written(folder: Path, session: Session) -> Path:
    write_session(folder, "001", session)
    return folder / session.label / "001"


def test_a_session_is_read_as_it_was_written(tmp_path: Path, session: Session) -> None:
    assert read_session(written(tmp_path, session)) == session


def test_a_session_is_described_as_the_readme_says(tmp_path: Path, session: Session) -> None:
    described = json.loads((written(tmp_path, session) / DESCRIPTION).read_text())
    assert described["prompts"] == ["turn_left", "blink", "look_up"]
    assert described["frames"][1] == {"file": "001.jpg", "at": 104, "prompt": 0}


def test_sessions_of_every_label_are_found(tmp_path: Path, session: Session) -> None:
    places = [tmp_path / label / name for label, name in ((BONA_FIDE, "1"), ("print", "1"), ("print", "2"))]
    for place in places:
        place.mkdir(parents=True)
        (place / DESCRIPTION).write_text("{}")
    (tmp_path / "notes.txt").write_text("on paper of 80 g")
    assert sessions_in(tmp_path) == places


@pytest.mark.parametrize(
    "change",
    [
        {"prompts": ["wave"]},
        {"prompts": []},
        {"frames": [{"file": "../000.jpg", "at": 0, "prompt": 0}]},
        {"frames": [{"file": "000.jpg", "at": -1, "prompt": 0}]},
        {"frames": [{"file": "000.jpg", "at": 0, "prompt": 3}]},
        {"frames": [{"file": "009.jpg", "at": 0, "prompt": 0}]},
    ],
    ids=["unknown prompt", "no prompt", "elsewhere", "before the challenge", "no such prompt", "no such frame"],
)
def test_a_session_that_is_described_wrongly_is_named(
    tmp_path: Path, session: Session, change: dict[str, object]
) -> None:
    place = written(tmp_path, session)
    described = json.loads((place / DESCRIPTION).read_text())
    (place / DESCRIPTION).write_text(json.dumps(described | change))
    with pytest.raises(ValueError, match="print/001"):
        read_session(place)


def test_frames_without_a_face_make_no_shot(session: Session) -> None:
    face = shot(0).face

    def find(image: RGBImage) -> list[Face]:
        return [face] if image.mean() > 60 else []

    shots = shots_of(session, find)
    assert [(one.at, one.prompt) for one in shots] == [(0.197, 1), (0.305, 2)]
