"""An interpreter is used by one thread at a time."""

import itertools
import threading
from collections.abc import Iterator

import pytest

from embeddings.core.pool import Pool


def counting(size: int) -> Pool[int]:
    return Pool(itertools.count().__next__, size)


def test_nothing_is_made_before_it_is_needed() -> None:
    made: list[int] = []
    Pool(lambda: made.append(1), 3)
    assert made == []


def test_the_last_returned_is_lent_first() -> None:
    pool = counting(3)
    with pool.borrow() as first, pool.borrow():
        pass
    with pool.borrow() as again:
        assert again == first


def test_two_borrowers_have_different_items() -> None:
    pool = counting(2)
    with pool.borrow() as one, pool.borrow() as other:
        assert one != other


def test_a_borrower_waits_until_an_item_is_free() -> None:
    pool = counting(1)
    got: list[int] = []
    started = threading.Event()

    def borrower() -> None:
        started.set()
        with pool.borrow() as item:
            got.append(item)

    with pool.borrow() as item:
        thread = threading.Thread(target=borrower)
        thread.start()
        started.wait()
        assert got == []
    thread.join()
    assert got == [item]


def test_an_item_comes_back_after_an_error() -> None:
    pool = counting(1)
    with pytest.raises(RuntimeError, match="in use"), pool.borrow():
        raise RuntimeError("in use")
    with pool.borrow() as item:
        assert item == 0


def test_a_failed_making_can_be_tried_again() -> None:
    answers: Iterator[Exception | int] = iter([RuntimeError("no memory"), 7])

    def make() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pool = Pool(make, 1)
    with pytest.raises(RuntimeError, match="no memory"), pool.borrow():
        pass
    with pool.borrow() as item:
        assert item == 7


def test_borrowing_all_makes_all() -> None:
    with counting(3).borrow_all() as everything:
        assert sorted(everything) == [0, 1, 2]
