"""A start mentions the steps that take long."""

import threading

import pytest

from service.runtime.start_progress import StartProgress
from tests.waiting import wait_until

LONG = 600.0
"""Seconds that no step takes here."""


def test_a_quick_step_is_not_mentioned() -> None:
    said: list[str] = []
    with StartProgress(said.append, LONG).step("Starting PostgreSQL"):
        pass
    assert said == []


def test_a_slow_step_is_mentioned_while_it_runs_and_with_its_seconds_afterwards() -> None:
    said: list[str] = []
    with StartProgress(said.append, 0).step("Converting sface", ", once"):
        wait_until(lambda: said == ["Converting sface, once ..."])
    assert said[1:] == ["Converting sface took 0 s."]


def test_a_step_that_fails_raises_its_error_and_does_not_end() -> None:
    said: list[str] = []

    def fail() -> None:
        wait_until(lambda: bool(said))
        raise ValueError("no weights")

    with pytest.raises(ValueError, match="no weights"), StartProgress(said.append, 0).step("Converting sface"):
        fail()
    assert said == ["Converting sface ..."]


def test_a_step_leaves_no_thread_behind() -> None:
    with StartProgress(print, LONG).step("Starting PostgreSQL"):
        timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    wait_until(lambda: not any(timer.is_alive() for timer in timers))
