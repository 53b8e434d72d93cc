"""deepface among many people."""

import pytest

from benchmarks.common.own_process import usable_cores
from benchmarks.common.pictures import as_jpeg
from benchmarks.peers.deepface_peer import deepface_peer
from tests.photographs import astronaut

OTHERS = 50


@pytest.mark.slow
def test_it_finds_one_person_among_as_many_others_as_are_asked_for() -> None:
    jpeg = as_jpeg(astronaut())
    with deepface_peer(usable_cores()) as deepface:
        deepface.enrol({"astronaut": [jpeg]})
        for people in (OTHERS, 2 * OTHERS):
            deepface.grow(people)
            assert deepface.log_in(jpeg)["total"] > 0.0
            found = deepface.search(jpeg)
            assert found is not None
            assert found.person == "astronaut"
            assert found.score == pytest.approx(0.0, abs=1e-6)
