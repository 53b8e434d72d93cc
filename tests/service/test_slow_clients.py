"""How long the service reads a slow request, with a clock that the test moves."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_network

import pytest

from service.serving.slow_clients import (
    BLINK_SECONDS,
    GRACE_SECONDS,
    LEAST_RATE,
    MOST_PER_ADDRESS,
    MOST_SECONDS,
    SLOW_SECONDS,
    UNFINISHED_SHARE,
    Patience,
    PerAddress,
    TimedReader,
)

SILENCE = 8.0
ADDRESS = "192.0.2.1"
THREADS = 30


def patient() -> Patience:
    return Patience.of(THREADS, [])


class Client:
    """Sends this many bytes after every this many seconds of the reader's clock; silent for None."""

    def __init__(self, count: int | None, seconds: float) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.count, self.seconds = count, seconds
        self.now = 0.0
        self.since = 0.0

    def wait(self, seconds: float) -> bool:
        """Whether data arrives within this many seconds."""
        due = self.since + self.seconds
        if self.count is None or due > self.now + seconds:
            self.now += seconds
            return False
        self.now = self.since = max(self.now, due)
        self.theirs.sendall(b"x" * self.count)
        return True

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


class Reader(TimedReader):
    """Reads from such a client without really waiting."""

    def __init__(self, client: Client, patience: Patience, address: str = ADDRESS) -> None:
        super().__init__(client.ours, address, patience, SILENCE, lambda: client.now)
        self.client = client
        self.begin()

    def _is_readable(self, seconds: float) -> bool:
        return self.client.wait(seconds)


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    made: list[Client] = []
    yield made
    for client in made:
        client.close()


def read(clients: list[Client], count: int | None, seconds: float, patience: Patience, size: int = 1 << 20) -> float:
    """Returns when a request of a size was read, or given up as too slow, in seconds."""
    clients.append(Client(count, seconds))
    reader = Reader(clients[-1], patience)
    received = 0
    try:
        while received < size:
            received += len(reader.chunk(size))
    finally:
        reader.end()
    return clients[-1].now


@pytest.mark.parametrize(
    ("count", "seconds", "until"),
    [
        pytest.param(None, 0.0, SILENCE, id="silence"),
        pytest.param(1, 5.0, GRACE_SECONDS, id="drops"),
        pytest.param(1, 0.1, GRACE_SECONDS, id="many drops"),
        pytest.param(LEAST_RATE // 2, 1.0, 2 * GRACE_SECONDS, id="half the rate"),
        pytest.param(LEAST_RATE, 1.0, MOST_SECONDS, id="the rate, for ever"),
    ],
)
def test_a_body_that_comes_too_slowly_is_aborted(
    clients: list[Client], count: int | None, seconds: float, until: float
) -> None:
    with pytest.raises(BlockingIOError):
        read(clients, count, seconds, patient())
    assert clients[0].now == pytest.approx(until, abs=1.01)


def test_a_sign_up_over_a_slow_network_gets_through(clients: list[Client]) -> None:
    assert read(clients, 4096, 0.1, patient(), size=700_000) > GRACE_SECONDS


def test_only_waiting_counts_and_not_what_the_service_does_meanwhile(clients: list[Client]) -> None:
    clients.append(Client(10, 0.5))
    reader = Reader(clients[0], patient())
    for _ in range(10):
        reader.chunk()
        clients[0].now = clients[0].since = clients[0].now + 100
    reader.end()


def test_each_request_of_a_connection_has_its_own_time(clients: list[Client]) -> None:
    clients.append(Client(10, 5.0))
    reader = Reader(clients[0], patient())
    for _ in range(10):
        reader.begin()
        reader.chunk()
        reader.end()


def half_read(clients: list[Client], patience: Patience, address: str) -> Reader:
    """Returns a reader in the middle of a request that has become slow."""
    clients.append(Client(10, SLOW_SECONDS + 0.1))
    reader = Reader(clients[-1], patience, address)
    reader.chunk()
    return reader


def test_one_address_has_few_slow_requests_at_a_time(clients: list[Client]) -> None:
    patience = patient()
    readers = [half_read(clients, patience, ADDRESS) for _ in range(MOST_PER_ADDRESS)]
    with pytest.raises(BlockingIOError):
        half_read(clients, patience, ADDRESS)
    half_read(clients, patience, "192.0.2.2")
    readers[0].end()
    half_read(clients, patience, ADDRESS)


def test_one_network_of_ipv6_counts_as_one_address(clients: list[Client]) -> None:
    patience = Patience(PerAddress(3), PerAddress(1))
    half_read(clients, patience, "2001:db8::1")
    with pytest.raises(BlockingIOError):
        half_read(clients, patience, "2001:db8::2")


def test_a_trusted_proxy_speaks_for_many(clients: list[Client]) -> None:
    patience = Patience.of(3, [ip_network("192.0.2.0/24")])
    for _ in range(2 * MOST_PER_ADDRESS):
        half_read(clients, patience, ADDRESS)


def test_a_fast_request_is_never_counted(clients: list[Client]) -> None:
    assert read(clients, 1 << 14, 0.01, Patience(PerAddress(3), PerAddress(0))) < SLOW_SECONDS


def test_one_address_has_a_share_of_the_threads_wait_for_it_however_briefly(clients: list[Client]) -> None:
    patience = patient()
    with ExitStack() as stack:
        for _ in range(THREADS // UNFINISHED_SHARE):
            stack.enter_context(patience.unfinished.one(ADDRESS))
        with pytest.raises(BlockingIOError):
            read(clients, 10, 0.1, patience, size=10)
        assert clients[-1].now == pytest.approx(BLINK_SECONDS)
        read(clients, 10, 0.01, patience, size=10)
    read(clients, 10, 0.1, patience, size=10)
    read(clients, 10, 0.1, patience, size=10)
