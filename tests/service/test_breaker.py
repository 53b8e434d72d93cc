"""An unavailable server is left alone for a while."""

import pytest

from service.runtime.breaker import RETRY_SECONDS, Breaker
from tests.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


def test_a_working_service_may_be_used_by_everybody(clock: Clock) -> None:
    breaker = Breaker(clock)
    assert breaker.allows()
    assert breaker.allows()


def test_after_a_failure_calls_are_refused_for_a_while(clock: Clock) -> None:
    breaker = Breaker(clock)
    breaker.failed()
    assert not breaker.allows()


def test_one_caller_tries_again_at_a_time(clock: Clock) -> None:
    breaker = Breaker(clock)
    breaker.failed()
    clock.now += RETRY_SECONDS
    assert breaker.allows()
    assert not breaker.allows()


def test_a_caller_who_tries_for_long_stays_the_only_one(clock: Clock) -> None:
    breaker = Breaker(clock)
    breaker.failed()
    clock.now += RETRY_SECONDS
    assert breaker.allows()
    clock.now += 3 * RETRY_SECONDS
    assert not breaker.allows()
    breaker.failed()
    clock.now += RETRY_SECONDS
    assert breaker.allows()


def test_an_answer_to_a_call_from_before_the_outage_does_not_end_it(clock: Clock) -> None:
    breaker = Breaker(clock)
    assert breaker.allows()
    breaker.failed()
    assert not breaker.worked()
    assert not breaker.allows()


def test_an_outage_and_its_end_are_reported_once(clock: Clock) -> None:
    breaker = Breaker(clock)
    assert not breaker.worked()
    assert [breaker.failed(), breaker.failed()] == [True, False]
    clock.now += RETRY_SECONDS
    assert breaker.allows()
    assert [breaker.worked(), breaker.worked()] == [True, False]
    assert breaker.allows()
