from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import photographs


def test_the_astronaut_and_the_cat_ship_inside_a_package() -> None:
    assert photographs.astronaut().shape == (512, 512, 3)
    assert photographs.cat().shape == (300, 451, 3)


def test_one_president_is_seen_on_three_occasions_and_another_once() -> None:
    assert {"obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"} <= photographs.president_files().keys()


def test_photographs_are_read_as_rgb() -> None:
    tie = photographs.president("obama.jpg")[600:650, 420:430].reshape(-1, 3).mean(axis=0)
    assert tie[2] > tie[0], "the tie is blue"


def test_workers_that_ask_at_once_fetch_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetched = []

    def fetch(folder: Path) -> None:
        fetched.append(folder)
        (tmp_path / "scratch").mkdir()
        (tmp_path / "scratch" / "somebody.jpg").touch()
        (tmp_path / "scratch").rename(folder)

    monkeypatch.setattr(photographs, "CACHE", tmp_path)
    monkeypatch.setattr(photographs, "fetch", fetch)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: photographs.president_files(), range(4)))
    assert len(fetched) == 1
    assert all(answer.keys() == {"somebody.jpg"} for answer in answers)
