from pathlib import Path

import pytest
from benchmarks.evaluation.alignments import Realigned

from benchmarks import faces
from benchmarks.evaluation.embedded import Embedded, embed_folder
from benchmarks.faces import list_photographs
from tests.fakes import MODEL_ID, FakeEngine, picture


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """Two photographs of one person, one with two faces; two of another, one without any and one that is dark."""
    monkeypatch.setattr(faces, "make_room", lambda pixels: pixels)
    for name, image in {
        "p1/1.png": picture(1),
        "p1/2.png": picture(1, faces=2),
        "p2/1.png": picture(2, faces=0),
        "p2/2.png": picture(2, brightness=1),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(image)
    return embed_folder("people", list_photographs(tmp_path), FakeEngine(), [MODEL_ID], Realigned({}))


def test_photographs_without_a_face_are_missed_and_left_out(embedded: Embedded) -> None:
    assert embedded.missed == ["p2/1.png"]
    assert embedded.labels == ["p1/1.png", "p1/2.png", "p2/2.png"]
    assert embedded.people.tolist() == [0, 0, 1]
    assert embedded.vectors[MODEL_ID].shape == embedded.mirrored[MODEL_ID].shape == (3, 512)
    assert {len(runs) for runs in embedded.milliseconds.values()} == {3}


def test_photographs_with_several_faces_are_told(embedded: Embedded) -> None:
    assert embedded.several == ["p1/2.png"]


def test_captures_that_the_service_would_refuse_are_told(embedded: Embedded) -> None:
    assert embedded.accepted.tolist() == [True, True, False]
