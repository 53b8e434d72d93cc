"""Which photographs sign up, which are probes, and which are left out."""

from dataclasses import replace

import numpy as np

from benchmarks.accuracy.over_http import CAPTURES, plan
from tests.benchmarks.evaluated import PEOPLE, PHOTOGRAPHS, embedded_people


def test_people_with_enough_photographs_are_enrolled_and_searched_for_by_the_others() -> None:
    embedded = embedded_people()
    planned = plan(embedded)
    assert planned.enrolled.tolist() == list(range(PEOPLE))
    assert planned.signing_up.shape == (PEOPLE, CAPTURES)
    for person, rows in zip(planned.enrolled, planned.signing_up, strict=True):
        assert set(embedded.people[rows]) == {person}
    used = set(planned.signing_up.ravel()) | set(planned.mated)
    assert len(used) == planned.signing_up.size + len(planned.mated) == PEOPLE * PHOTOGRAPHS - 1
    assert PHOTOGRAPHS - 1 not in used  # the service refuses it
    assert planned.strangers.size == 0


def test_everybody_else_is_a_stranger_but_for_twins_of_the_enrolled() -> None:
    embedded = embedded_people()
    few = np.isin(embedded.people, [1, 2])
    kept = np.flatnonzero(~few | (np.arange(len(few)) % PHOTOGRAPHS == 0))
    planned = plan(
        replace(
            embedded,
            people=embedded.people[kept],
            labels=[embedded.labels[row] for row in kept],
            seen=[embedded.seen[row] for row in kept],
        )
    )
    assert embedded.people[kept][planned.strangers].tolist() == [2]  # the first two people are twins
    assert not {1, 2} & set(planned.enrolled)
