"""The study of networks that judge a face's texture, without the networks."""

import numpy as np
import pytest

from benchmarks.pad.acting import Chance, Ranges
from benchmarks.pad.recaptures import SPECIES, Presented, in_person, recapture
from benchmarks.pad.scene import HEIGHT, WIDTH
from benchmarks.pad.textures import crop
from benchmarks.pad.textures_report import as_markdown
from embeddings.types import Box
from tests.photographs import astronaut

FACE = Box(170.0, 60.0, 280.0, 170.0)
"""The astronaut's."""


def chance() -> Chance:
    return Chance(np.random.default_rng(7), Ranges())


@pytest.mark.parametrize("present", SPECIES.values(), ids=SPECIES)
def test_a_recapture_is_a_frame_that_differs_from_the_person(present: Presented) -> None:
    person = recapture(astronaut(), FACE, in_person, chance())
    recaptured = recapture(astronaut(), FACE, present, chance())
    assert recaptured.shape == person.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(recaptured.astype(int) - person).mean() > 2


def test_a_crop_is_black_beyond_the_frame() -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    square = crop(white, Box(-20.0, 40.0, 20.0, 80.0), scale=1.0, size=32)
    assert square.shape == (32, 32, 3)
    assert not square[:, :14].any()
    assert (square[:, 18:] == 1.0).all()


def test_the_report_tells_attacks_and_people_apart() -> None:
    share = {"hits": 3, "of": 4, "low": 0.3, "high": 0.95}
    figures = {"ms": 2.0, "bpcer": {"others": share}, "apcer": {"print": share}, "auc": {"print": 0.5}}
    markdown = as_markdown({"some network": {**figures, "own_bpcer": share}})
    assert "| print | 4 | 0.50; 75% [30%, 95%] |" in markdown
    assert "| others | 4 | 75% [30%, 95%] |" in markdown
    assert "own threshold some network rejects 75%" in markdown
