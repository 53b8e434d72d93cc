"""A process pinned to one core that answers calls."""

import os

import pytest

from benchmarks.common.own_process import usable_cores
from benchmarks.common.pinned_process import Stopwatch, pinned_process
from tests.systems import needs_pinning

CORE = max(usable_cores())


class Worker:
    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def greet(self, name: str) -> str:
        return f"{self._greeting} {name}"

    def cores(self) -> list[int]:
        return usable_cores()

    def threads(self) -> str:
        return os.environ["OMP_NUM_THREADS"]

    def fail(self) -> None:
        raise LookupError("nothing there")


def test_it_answers_with_one_thread_and_leaves_this_process_alone() -> None:
    before = dict(os.environ)
    with pinned_process({CORE}, Worker, "hello") as process:
        assert process.ask("greet", "ada") == "hello ada"
        assert process.ask("threads") == "1"
        assert process.peak_mib() > 1
    assert dict(os.environ) == before


@needs_pinning
def test_it_stays_on_its_core() -> None:
    with pinned_process({CORE}, Worker, "hello") as process:
        assert process.ask("cores") == [CORE]


def test_an_error_is_raised_here_and_the_process_goes_on() -> None:
    with pinned_process({CORE}, Worker, "hello") as process:
        with pytest.raises(LookupError, match="nothing there"):
            process.ask("fail")
        assert process.ask("greet", "ada") == "hello ada"


def test_a_stopwatch_adds_up_by_stage() -> None:
    timed = Stopwatch()
    assert timed("one", lambda: 1) + timed("two", lambda: 2) + timed("one", lambda: 3) == 6
    assert list(timed.spent) == ["one", "two"]
