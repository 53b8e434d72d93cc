"""Both packages know the service's levels, and what satisfies what."""

from service.domain.levels import Level
from tests.clients.drivers import Drive


def test_the_levels_are_those_of_the_service(drive: Drive) -> None:
    expected = [[level.satisfies(required) for required in Level] for level in Level]
    assert drive({"call": "levels"}) == expected
