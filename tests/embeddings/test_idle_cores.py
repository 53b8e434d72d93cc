"""A computation takes a second core only if it finds no other one, in any thread or process."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from embeddings.core.idle_cores import IdleCores
from embeddings.core.models import SFACE
from embeddings.core.types import Face, RGBImage
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from tests.running_service import MODELS


@pytest.fixture
def idle_cores(tmp_path: Path) -> IdleCores:
    return IdleCores(tmp_path / "computing.lock")


def test_a_computation_alone_finds_the_cores_idle(idle_cores: IdleCores) -> None:
    for _ in range(3):
        with idle_cores.claim() as alone:
            assert alone


def test_a_computation_beside_another_does_not_find_the_cores_idle(idle_cores: IdleCores) -> None:
    with idle_cores.claim() as first, idle_cores.claim() as second, idle_cores.claim() as third:
        assert (first, second, third) == (True, False, False)


def test_a_computation_is_noticed_after_the_one_before_it_has_ended(idle_cores: IdleCores) -> None:
    first, second = idle_cores.claim(), idle_cores.claim()
    with first:
        second.__enter__()
    with idle_cores.claim() as third:
        assert not third
    second.__exit__(None, None, None)
    with idle_cores.claim() as fourth:
        assert fourth


def test_an_error_ends_a_computation(idle_cores: IdleCores) -> None:
    with pytest.raises(ValueError, match="a broken picture"), idle_cores.claim():
        raise ValueError("a broken picture")
    with idle_cores.claim() as alone:
        assert alone


def test_another_process_is_noticed_until_it_is_killed(tmp_path: Path, idle_cores: IdleCores) -> None:
    program = f"""
        import sys
        from pathlib import Path
        from embeddings.core.idle_cores import IdleCores
        with IdleCores(Path({str(tmp_path / "computing.lock")!r})).claim():
            print("computing", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "computing\n"
        with idle_cores.claim() as alone:
            assert not alone
        other.kill()
        other.wait()
        with idle_cores.claim() as alone:
            assert alone


def test_without_a_lock_file_no_core_is_known_to_be_idle(tmp_path: Path) -> None:
    with IdleCores(tmp_path / "no-such-folder" / "computing.lock").claim() as alone:
        assert not alone


def test_two_cores_give_the_vector_that_one_gives(
    idle_cores: IdleCores, astronaut: RGBImage, astronaut_face: Face
) -> None:
    engine = LiteRTEngine({SFACE: prepare_network(SFACE, MODELS)}, 2, idle_cores)
    alone = engine.embed(astronaut, engine.find_faces(astronaut)[0])
    with idle_cores.claim():
        beside_another = engine.embed(astronaut, engine.find_faces(astronaut)[0])
    assert np.array_equal(alone, beside_another)
    assert np.array_equal(alone, engine.embed(astronaut, astronaut_face))
