"""Slots are given in order, the queue is bounded, long requests leave room for others, and brief ones give way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from service.domain.errors import BusyError
from service.limiting.admission import BRIEF_QUEUE, Admission

FOR_EVER = 60.0


class Visitors:
    """Threads that each take a slot, and record the order in which they got it."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def send(self, name: str, turn: Callable[[], AbstractContextManager[None]] | None = None) -> None:
        """Starts one more thread, which waits when this returns."""

        def visit() -> None:
            with (turn or self.admission.slot)():
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
    inside.enter_context(admission.slot())
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    visitors.send("third")
    assert visitors.order == []
    inside.close()
    assert visitors.come_home() == ["third"]


def test_those_who_wait_come_in_the_order_they_came(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=8)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    for name in "abcdefgh":
        visitors.send(name)
    inside.close()
    assert visitors.come_home() == list("abcdefgh")


def test_a_full_queue_sends_away_at_once(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=2, patience_seconds=FOR_EVER)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    visitors.send("a")
    visitors.send("b")
    with pytest.raises(BusyError), admission.slot():
        pass
    inside.close()
    assert visitors.come_home() == ["a", "b"]
    with admission.slot():
        pass


def test_a_request_that_waited_too_long_frees_its_place_in_the_queue(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=1, patience_seconds=0.01)
    inside.enter_context(admission.slot())
    for _ in range(3):
        with pytest.raises(BusyError), admission.slot():
            pass
    assert admission.waiting == 0
    inside.close()
    with admission.slot():
        pass


def test_a_turn_ends_with_an_error_too() -> None:
    admission = Admission(slots=1, queue=1)
    for turn in (admission.slot, admission.long_slot):
        with pytest.raises(RuntimeError, match="within"), turn():
            raise RuntimeError("within")
    with admission.slot():
        pass


def test_long_turns_leave_a_slot_to_others(inside: ExitStack) -> None:
    admission = Admission(slots=2, queue=4)
    inside.enter_context(admission.long_slot())
    visitors = Visitors(admission)
    visitors.send("long", admission.long_slot)
    with admission.slot():
        assert visitors.order == []
    inside.close()
    assert visitors.come_home() == ["long"]


def test_where_there_is_one_slot_long_turns_have_it_too() -> None:
    with Admission(slots=1, queue=1).long_slot():
        pass


def test_long_turns_leave_half_of_the_queue_to_others(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=4, patience_seconds=FOR_EVER)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    visitors.send("long a", admission.long_slot)
    visitors.send("long b", admission.long_slot)
    with pytest.raises(BusyError), admission.long_slot():
        pass
    visitors.send("c")
    visitors.send("d")
    inside.close()
    assert visitors.come_home() == ["long a", "long b", "c", "d"]


def test_a_brief_turn_comes_at_once_where_a_slot_is_free(inside: ExitStack) -> None:
    admission = Admission(slots=2, queue=4)
    inside.enter_context(admission.long_slot())
    visitors = Visitors(admission)
    visitors.send("long", admission.long_slot)
    with admission.brief_slot():
        assert visitors.order == []
    inside.close()
    assert visitors.come_home() == ["long"]


def test_a_brief_turn_waits_for_all_others(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=4, brief_patience_seconds=FOR_EVER)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    visitors.send("brief", admission.brief_slot)
    visitors.send("login")
    visitors.send("sign-up", admission.long_slot)
    inside.close()
    assert visitors.come_home() == ["login", "sign-up", "brief"]


def test_a_brief_turn_does_not_wait_behind_others(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=4, brief_patience_seconds=FOR_EVER)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    visitors.send("login")
    with pytest.raises(BusyError), admission.brief_slot():
        pass
    inside.close()
    assert visitors.come_home() == ["login"]


def test_brief_turns_take_no_place_in_the_queue_and_have_few_of_their_own(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=1, brief_patience_seconds=FOR_EVER)
    inside.enter_context(admission.slot())
    visitors = Visitors(admission)
    brief = [f"brief {number}" for number in range(BRIEF_QUEUE)]
    for name in brief:
        visitors.send(name, admission.brief_slot)
    with pytest.raises(BusyError), admission.brief_slot():
        pass
    visitors.send("login")
    inside.close()
    assert visitors.come_home() == ["login", *brief]


def test_the_patience_of_a_brief_turn_ends_soon_and_leaves_no_place_behind(inside: ExitStack) -> None:
    admission = Admission(slots=1, queue=1, patience_seconds=FOR_EVER, brief_patience_seconds=0.01)
    inside.enter_context(admission.slot())
    with pytest.raises(BusyError), admission.brief_slot():
        pass
    assert admission.waiting == 0
