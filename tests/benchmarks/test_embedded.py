"""Photographs become vectors, photographs in the errata are left out, and nothing is computed twice."""

import pickle
from pathlib import Path

import pytest

from benchmarks.accuracy import embedded
from benchmarks.accuracy.cache import VectorCache, fingerprint
from benchmarks.accuracy.embedded import Embedded, Seen, embed_folder, look_at
from benchmarks.accuracy.errata import Errata, read_errata
from benchmarks.common import faces
from benchmarks.common.faces import Photograph
from tests.fakes import DIMENSION, MODEL_ID, FakeEngine, picture

PHOTOGRAPHS = {
    "p1/1.png": picture(1),
    "p1/2.png": picture(1, faces=2),
    "p2/1.png": picture(2, faces=0),
    "p2/2.png": picture(2, brightness=1),
    "p3/1.png": picture(3),
}


class Pool:
    """Works in this process with the fake engine; counts what it is given."""

    worked: list[str]

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, _look: object, photographs: list[Photograph], chunksize: int) -> list[Seen | None]:
        Pool.worked += [photograph.label for photograph in photographs]
        return iter([look_at(one, FakeEngine(), [MODEL_ID]) for one in photographs])  # type: ignore[return-value]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three people: one also has a picture of two faces; another has one without a face and a dark one."""
    monkeypatch.setattr(faces, "make_room", lambda pixels: pixels)
    monkeypatch.setattr(embedded, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(embedded, "prepare_network", lambda network, _models: Path(network))
    Pool.worked = []
    for name, image in PHOTOGRAPHS.items():
        (tmp_path / "people" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "people" / name).write_bytes(image)
    return tmp_path / "people"


NO_ERRATA = Errata()


def embed(folder: Path, errata: Errata = NO_ERRATA, computed_by: str = "this code") -> Embedded:
    cache = VectorCache(folder.parent / "cache", computed_by)
    return embed_folder(folder, folder, cache, errata, processes=1)


def test_photographs_without_a_face_are_missed_and_left_out(folder: Path) -> None:
    found = embed(folder)
    assert found.missed == ["p2/1.png"]
    assert found.labels == ["p1/1.png", "p1/2.png", "p2/2.png", "p3/1.png"]
    assert found.people.tolist() == [0, 0, 1, 2]
    assert found.vectors(MODEL_ID).shape == (4, DIMENSION)


def test_captures_that_the_service_would_refuse_are_marked(folder: Path) -> None:
    assert embed(folder).accepted.tolist() == [True, False, False, True]


def test_errata_are_left_out_and_kin_are_returned(folder: Path) -> None:
    errata = Errata(frozenset({"p1/2.png"}), frozenset({"p3"}), frozenset({frozenset({"p1", "p2"})}))
    found = embed(folder, errata)
    assert found.labels == ["p1/1.png", "p2/2.png"]
    assert found.left_out == ["p1/2.png", "p3/1.png"]
    assert found.kin == {(0, 1)}


def test_the_cache_is_used_until_the_photograph_or_the_code_changes(folder: Path) -> None:
    first = embed(folder)
    assert len(Pool.worked) == len(PHOTOGRAPHS)
    again = embed(folder)
    assert len(Pool.worked) == len(PHOTOGRAPHS)
    assert (again.vectors(MODEL_ID) == first.vectors(MODEL_ID)).all()
    (folder / "p3" / "1.png").write_bytes(picture(4))
    embed(folder)
    assert Pool.worked[len(PHOTOGRAPHS) :] == ["p3/1.png"]
    embed(folder, computed_by="other code")
    assert len(Pool.worked) == 2 * len(PHOTOGRAPHS) + 1


def test_a_cached_value_is_read_again_and_leaves_no_partial_file(tmp_path: Path) -> None:
    photograph = tmp_path / "1.jpg"
    photograph.write_bytes(b"a photograph")
    cache = VectorCache(tmp_path / "cache", "this code")
    assert cache.get(photograph) is None
    cache.put(photograph, pickle.dumps(1))
    assert cache.get(photograph) == pickle.dumps(1)
    assert not list((tmp_path / "cache").rglob("*.partial"))


def test_the_fingerprint_changes_with_the_code_and_with_the_network(tmp_path: Path) -> None:
    network, code = tmp_path / "a.tflite", tmp_path / "code.py"
    network.write_bytes(b"1")
    code.write_text("a = 1")
    before = fingerprint([network], tmp_path)
    code.write_text("a = 2")
    changed = fingerprint([network], tmp_path)
    network.write_bytes(b"2")
    assert len({before, changed, fingerprint([network], tmp_path)}) == 3


def test_errata_are_read_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "errata.csv"
    path.write_text(
        "kind,what,why,do\n"
        "photograph,A/A_0001.jpg,shows B,leave out\n"
        "person,C,the same as D,leave out\n"
        "pair,E F,twins,compare apart\n"
    )
    assert read_errata(path) == Errata(
        frozenset({"A/A_0001.jpg"}), frozenset({"C"}), frozenset({frozenset({"E", "F"})})
    )


@pytest.mark.parametrize("text", ["what\nA\n", "kind,what\nplace,A\n", "kind,what\nperson,\n"])
def test_a_file_that_is_not_of_errata_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "errata.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"errata\.csv"):
        read_errata(path)
