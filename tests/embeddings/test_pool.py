"""An interpreter is used by one thread at a time."""

import itertools
import threading
from collections.abc import Iterator

import pytest

from embeddings.core.pool import Pool


def counting(size: int) -> Pool[int]:
    numbers = itertools.count()
    return Pool(lambda _threads: next(numbers), [1] * size)


def test_nothing_is_created_before_it_is_needed() -> None:
    made: list[int] = []
    Pool(made.append, [1, 1, 1])
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


def test_an_item_can_be_created_after_a_failure() -> None:
    answers: Iterator[Exception | int] = iter([RuntimeError("no memory"), 7])

    def make(_threads: int) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pool = Pool(make, [1])
    with pytest.raises(RuntimeError, match="no memory"), pool.borrow():
        pass
    with pool.borrow() as item:
        assert item == 7


def test_borrowing_all_creates_all() -> None:
    with counting(3).borrow_all() as everything:
        assert sorted(everything) == [0, 1, 2]


def test_the_item_with_the_wanted_threads_is_lent_if_it_is_free() -> None:
    pool = Pool(lambda threads: threads, [2, 1])
    with pool.borrow(1) as one, pool.borrow(1) as instead:
        assert (one, instead) == (1, 2)
    with pool.borrow(2) as two, pool.borrow(2) as instead:
        assert (two, instead) == (2, 1)
    with pool.borrow(3) as any_other:
        assert any_other in (1, 2)
