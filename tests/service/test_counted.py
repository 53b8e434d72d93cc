"""Counts and shares in the words of commands."""

import pytest

from service.domain.counted import counted, percent


@pytest.mark.parametrize(("count", "said"), [(0, "0 people"), (1, "1 person"), (1200, "1,200 people")])
def test_a_count_has_its_noun_in_the_right_number(count: int, said: str) -> None:
    assert counted(count, "person", "people") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (3.3e-6, "less than 0.001 %"), (0.00013, "0.013 %"), (0.001, "0.1 %"), (0.049, "4.9 %"), (1, "100 %")],
)
def test_a_share_is_a_percentage_with_two_digits(share: float, said: str) -> None:
    assert percent(share) == said
