"""Turns are given in order, the queue is bounded, and long turns leave room for others."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from service.admission import Admission
from service.errors import BusyError

FOR_EVER = 60.0


class Visitors:
    """Threads that each take a turn, and tell in which order they got it."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def send(self, name: str, turn: Callable[[], AbstractContextManager[None]] | None = None) -> None:
        """One more, who waits by the time this returns."""

        def visit() -> None:
            with (turn or self.admission.turn)():
                self.order.append(name)

        before = self.admission.waiting
        self._threads.append(threading.Thread(target=visit))
        self._threads[-1].start()
        while self.admission.waiting == before:
            self._threads[-1].join(0.001)

    def come_home(self) -> list[str]:
        for thread in self._threads:
            thread.join()
        return self.order


@pytest.fixture
def inside() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_no_more_have_their_turn_than_there_are_slots(inside: ExitStack) -> None:
    admission = Admission(slots=2, queue=1)
    inside.enter_context(admission.turn())
    inside.enter_context(admission.turn())
    visitors = Visitors(admission)
    visitors.send("third")
    assert visitors.order == []
    inside.close()
    assert visitors.come_home() == ["third"]


def test_those_who_wait_come_in_the_order_they_came(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=8)
    inside.enter_context(admission.turn())
    visitors = Visitors(admission)
    for name in "abcdefgh":
        visitors.send(name)
    inside.close()
    assert visitors.come_home() == list("abcdefgh")


def test_a_full_queue_sends_away_at_once(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=2, patience_seconds=FOR_EVER)
    inside.enter_context(admission.turn())
    visitors = Visitors(admission)
    visitors.send("a")
    visitors.send("b")
    with pytest.raises(BusyError), admission.turn():
        pass
    inside.close()
    assert visitors.come_home() == ["a", "b"]
    with admission.turn():
        pass


def test_patience_ends_and_leaves_no_place_behind(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=1, patience_seconds=0.01)
    inside.enter_context(admission.turn())
    for _ in range(3):
        with pytest.raises(BusyError), admission.turn():
            pass
    assert admission.waiting == 0
    inside.close()
    with admission.turn():
        pass


def test_a_turn_ends_with_an_error_too() -> None:
    admission = Admission(slots=1, queue=1)
    for turn in (admission.turn, admission.long_turn):
        with pytest.raises(RuntimeError, match="within"), turn():
            raise RuntimeError("within")
    with admission.turn():
        pass


def test_long_turns_leave_a_slot_to_others(inside: ExitStack) -> None:
    admission = Admission(slots=2, queue=4)
    inside.enter_context(admission.long_turn())
    visitors = Visitors(admission)
    visitors.send("long", admission.long_turn)
    with admission.turn():
        assert visitors.order == []
    inside.close()
    assert visitors.come_home() == ["long"]


def test_where_there_is_one_slot_long_turns_have_it_too() -> None:
    with Admission(slots=1, queue=1).long_turn():
        pass


def test_long_turns_leave_half_of_the_queue_to_others(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=4, patience_seconds=FOR_EVER)
    inside.enter_context(admission.turn())
    visitors = Visitors(admission)
    visitors.send("long a", admission.long_turn)
    visitors.send("long b", admission.long_turn)
    with pytest.raises(BusyError), admission.long_turn():
        pass
    visitors.send("c")
    visitors.send("d")
    inside.close()
    assert visitors.come_home() == ["long a", "long b", "c", "d"]
