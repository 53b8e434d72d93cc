"""Closing connections do not block others."""

import selectors
import socket
from collections.abc import Iterator

import pytest

from service.serving.lingering import LINGER_BYTES, LINGER_SECONDS, Lingering


class Pair:
    """A connection to be closed, and its client's end."""

    def __init__(self, lingering: Lingering) -> None:
        self.ours, self.client = socket.socketpair()
        self.client.settimeout(5)
        self.ended = False
        lingering.add(self.ours, self.end)

    def end(self) -> None:
        self.ended = True
        self.ours.close()


class Poll:
    """A poller as the worker runs it, and the time."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.now = 0.0
        self.lingering = Lingering(self.poller, lambda: self.now)

    def dispatch(self) -> None:
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)
        self.lingering.end_overdue()


@pytest.fixture
def poll() -> Iterator[Poll]:
    poll = Poll()
    yield poll
    poll.poller.close()


def test_a_client_sees_the_end_at_once_and_may_still_send(poll: Poll) -> None:
    pair = Pair(poll.lingering)
    assert pair.client.recv(1) == b""
    pair.client.sendall(b"the rest of a request")
    poll.dispatch()
    assert not pair.ended


def test_a_connection_ends_with_its_client(poll: Poll) -> None:
    pair = Pair(poll.lingering)
    pair.client.close()
    poll.dispatch()
    assert pair.ended


def test_clients_that_never_end_are_left_all_at_the_same_time(poll: Poll) -> None:
    pairs = [Pair(poll.lingering) for _ in range(20)]
    poll.now = LINGER_SECONDS - 0.1
    poll.dispatch()
    assert not any(pair.ended for pair in pairs)
    poll.now = LINGER_SECONDS
    poll.dispatch()
    assert all(pair.ended for pair in pairs)
    assert not poll.poller.get_map()


def test_a_client_that_goes_on_sending_is_not_read_for_ever(poll: Poll) -> None:
    pair = Pair(poll.lingering)
    sent = 0
    while not pair.ended:
        pair.client.sendall(b"x" * 4096)
        sent += 4096
        poll.dispatch()
    assert sent == LINGER_BYTES


def test_a_connection_that_is_gone_ends_at_once(poll: Poll) -> None:
    gone, client = socket.socketpair()
    gone.close()
    client.close()
    ended: list[bool] = []
    poll.lingering.add(gone, lambda: ended.append(True))
    assert ended == [True]
