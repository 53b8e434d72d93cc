"""The two threads of a network run on different cores."""

import os
import sys
import threading
from pathlib import Path

import pytest

from embeddings.core.core_halves import on_half_of_the_cores
from embeddings.core.idle_cores import IdleCores
from embeddings.core.models import SFACE
from embeddings.core.types import Face, RGBImage
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from tests.running_service import MODELS

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
FIRST, SECOND = set(CORES[: len(CORES) // 2]), set(CORES[len(CORES) // 2 :])

needs_two_cores = pytest.mark.skipif(len(CORES) < 2, reason="the two halves need two cores, and Linux")


def threads() -> set[int]:
    """Returns the kernel's ids of the threads of this process."""
    return {int(task.name) for task in Path("/proc/self/task").iterdir()}


@needs_two_cores
def test_the_block_runs_on_its_half_and_the_rest_anywhere() -> None:
    with on_half_of_the_cores("first"):
        assert os.sched_getaffinity(0) == FIRST
    with on_half_of_the_cores("second"):
        assert os.sched_getaffinity(0) == SECOND
    assert os.sched_getaffinity(0) == set(CORES)


@needs_two_cores
def test_after_an_error_the_thread_runs_anywhere_again() -> None:
    with pytest.raises(ValueError, match="a broken picture"), on_half_of_the_cores("first"):
        raise ValueError("a broken picture")
    assert os.sched_getaffinity(0) == set(CORES)


@needs_two_cores
def test_other_threads_run_anywhere() -> None:
    seen: list[set[int]] = []
    entered, looked = threading.Event(), threading.Event()

    def look() -> None:
        entered.wait()
        seen.append(os.sched_getaffinity(0))
        looked.set()

    other = threading.Thread(target=look)
    other.start()
    with on_half_of_the_cores("first"):
        entered.set()
        looked.wait()
    other.join()
    assert seen == [set(CORES)]


def test_one_core_is_used_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[object] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: {3}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda _thread, cores: moves.append(cores), raising=False)
    with on_half_of_the_cores("first"):
        pass
    assert all(cores == [3] for cores in moves)


def test_more_cores_are_halved_too(monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[object] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: {0, 2, 3, 5, 7}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda _thread, cores: moves.append(cores), raising=False)
    with on_half_of_the_cores("second"):
        pass
    assert moves == [[3, 5, 7], [0, 2, 3, 5, 7]]


def test_a_system_that_forbids_it_runs_the_block_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_thread: int, _cores: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: {0, 1}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", forbidden, raising=False)
    with on_half_of_the_cores("first"):
        pass


def test_a_system_without_affinities_runs_the_block_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    with on_half_of_the_cores("first"):
        pass


@needs_two_cores
def test_the_networks_second_threads_stay_on_the_second_half(
    tmp_path: Path, astronaut: RGBImage, astronaut_face: Face
) -> None:
    before = threads()
    engine = LiteRTEngine({SFACE: prepare_network(SFACE, MODELS)}, 1, IdleCores(tmp_path / "computing.lock"))
    engine.embed(astronaut, astronaut_face)  # creates the networks
    second_threads = threads() - before
    assert second_threads
    assert all(os.sched_getaffinity(thread) == SECOND for thread in second_threads)
    assert os.sched_getaffinity(0) == set(CORES)
