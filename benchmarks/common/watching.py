"""Measures the time that a program spends in some of its functions, while it runs as always."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Spent = dict[str, float]
"""Milliseconds by stage."""


@dataclass(frozen=True)
class Watched:
    """A function whose time counts as a stage.

    Attributes:
        owner: the class or the module that the function is looked up in.
        name: of the function in it.
        stage: where its time is counted.
    """

    owner: Any
    name: str
    stage: str


@contextmanager
def watching(spent: Spent, watched: Sequence[Watched]) -> Iterator[None]:
    """Adds the time in these functions to ``spent`` during the block, and restores them at the end."""
    originals = [getattr(one.owner, one.name) for one in watched]
    try:
        for one, original in zip(watched, originals, strict=True):
            setattr(one.owner, one.name, _timing(original, one.stage, spent))
        yield
    finally:
        for one, original in zip(watched, originals, strict=True):
            setattr(one.owner, one.name, original)


def timed(spent: Spent, stage: str, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Calls a function, and adds its time to a stage."""
    start = time.perf_counter()
    try:
        return work(*arguments, **options)
    finally:
        spent[stage] = spent.get(stage, 0.0) + (time.perf_counter() - start) * 1000


def _timing(original: Callable[..., T], stage: str, spent: Spent) -> Callable[..., T]:
    def function(*arguments: Any, **options: Any) -> T:
        return timed(spent, stage, original, *arguments, **options)

    return function
