"""Work beside other work."""

import pytest

from service.runtime.background import in_background


def test_the_result_is_that_of_the_work() -> None:
    assert in_background(lambda: 7).result(10) == 7


def test_an_error_of_the_work_is_raised_where_the_result_is_asked_for() -> None:
    def fail() -> None:
        raise ValueError("no weights")

    with pytest.raises(ValueError, match="no weights"):
        in_background(fail).result(10)
