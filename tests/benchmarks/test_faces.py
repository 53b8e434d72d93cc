from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.common.faces import list_photographs, make_room, the_subject
from embeddings.core.types import Box, Face, Pose


def face_at(left: float, top: float, size: float) -> Face:
    box = Box(left, top, left + size, top + size)
    return Face(box, 1.0, "blazeface-short", np.zeros((5, 2), np.float32), None, None, Pose(0, 0, 0))


def put_photograph(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((200, 200), dtype=np.uint8))


def test_photographs_are_listed_by_person_and_other_files_are_not(tmp_path: Path) -> None:
    for name in ("bob/2.pgm", "bob/1.jpg", "ann/1.png"):
        put_photograph(tmp_path / name)
    (tmp_path / "ann" / "notes.txt").write_text("not a photograph")
    (tmp_path / "readme.md").write_text("not a person")
    assert [photograph.label for photograph in list_photographs(tmp_path)] == ["ann/1.png", "bob/1.jpg", "bob/2.pgm"]


def test_grey_photographs_are_read_as_rgb(tmp_path: Path) -> None:
    for name in ("ann/1.pgm", "bob/1.pgm"):
        put_photograph(tmp_path / name)
    assert list_photographs(tmp_path)[0].read().shape == (200, 200, 3)


def test_a_folder_of_one_person_cannot_be_measured_with(tmp_path: Path) -> None:
    put_photograph(tmp_path / "ann" / "1.png")
    with pytest.raises(ValueError, match="two people"):
        list_photographs(tmp_path)


def test_a_small_photograph_is_padded_and_enlarged() -> None:
    assert make_room(np.zeros((28, 23, 3), np.uint8)).shape == ((28 + 2 * 14) * 4, (23 + 2 * 14) * 4, 3)


def test_a_photograph_with_surroundings_is_left_as_it_is() -> None:
    pixels = np.zeros((250, 250, 3), np.uint8)
    assert make_room(pixels) is pixels


def test_the_subject_is_the_central_face_among_the_large_ones() -> None:
    pixels = np.zeros((250, 250, 3), np.uint8)
    in_front, beside, far_behind = face_at(70, 70, 100), face_at(180, 60, 110), face_at(120, 120, 10)
    assert the_subject([beside, in_front, far_behind], pixels) is in_front


def test_no_face_means_no_subject() -> None:
    assert the_subject([], np.zeros((250, 250, 3), np.uint8)) is None
