from pathlib import Path

import cv2
import numpy as np
import pytest

from embeddings.core.types import Box, RGBImage
from tests.camera_film import FRAMES_PER_SECOND, HEIGHT, WIDTH, CameraFilm, empty_room, encode_film, webcam_picture

FRAME_BYTES = WIDTH * HEIGHT * 3 // 2


def plain(colour: tuple[int, int, int]) -> RGBImage:
    return np.full((HEIGHT, WIDTH, 3), colour, dtype=np.uint8)


def frames_of(path: Path) -> list[RGBImage]:
    """Reads the film back as a browser does."""
    content = path.read_bytes()
    frames = content.partition(b"\n")[2].split(b"FRAME\n")[1:]
    shape = (HEIGHT * 3 // 2, WIDTH)
    return [cv2.cvtColor(np.frombuffer(frame, np.uint8).reshape(shape), cv2.COLOR_YUV2RGB_I420) for frame in frames]


def test_a_film_states_its_size_and_holds_whole_frames() -> None:
    film = encode_film([plain((0, 0, 0))] * 2)
    assert film.startswith(b"YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420mpeg2\nFRAME\n")
    assert film.count(b"FRAME\n") == 2
    assert len(film) == film.index(b"FRAME") + 2 * (FRAME_BYTES + 6)


def test_colours_survive_the_film(tmp_path: Path) -> None:
    film = CameraFilm(tmp_path / "camera.y4m", [plain((200, 80, 40))])
    assert frames_of(film.path)[0].reshape(-1, 3).mean(axis=0) == pytest.approx((200, 80, 40), abs=3)


def test_frames_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="480 x 640"):
        encode_film([np.zeros((640, 480, 3), dtype=np.uint8)])


def test_another_film_is_shown_in_place_and_at_the_same_length(tmp_path: Path) -> None:
    film = CameraFilm(tmp_path / "camera.y4m", [plain((0, 0, 0))])
    before = film.path.stat()
    film.show([plain((255, 255, 255)), plain((0, 0, 0))])
    assert film.path.stat().st_ino == before.st_ino
    assert film.path.stat().st_size == before.st_size
    shown = [round(float(frame.mean()), -1) for frame in frames_of(film.path)]
    assert shown == pytest.approx([255, 0] * (FRAMES_PER_SECOND // 2), abs=5)


@pytest.mark.parametrize("size", [40, 400])
def test_a_face_of_any_size_is_brought_to_the_usual_one(size: int) -> None:
    photograph = np.zeros((900, 700, 3), dtype=np.uint8)
    photograph[300 : 300 + size, 200 : 200 + size] = 255
    picture = webcam_picture(photograph, Box(200, 300, 200 + size, 300 + size), share=0.4)
    rows, columns = np.nonzero(picture[..., 0] > 128)
    assert np.ptp(rows) == pytest.approx(0.4 * HEIGHT, abs=4)
    assert columns.mean() == pytest.approx(WIDTH / 2, abs=4)


def test_an_empty_room_is_a_frame() -> None:
    assert empty_room().shape == (HEIGHT, WIDTH, 3)
