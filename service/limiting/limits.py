"""Limits of what one address, one account, one device and everybody together may ask for.

They bound guessing and waste, and count accordingly: a wrong guess counts as one, a picture in which no face can be
used as a tenth of one, and a login as a fiftieth. So five hundred people behind one address can log in at nine o'clock,
and whoever guesses from there is stopped after a hundred.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.unit_of_work import UnitOfWork
from db.queries import rate_limits
from service.domain.rate_limit_state import RateLimitState
from service.domain.rates import Kind, Policy, Scope
from service.limiting.attempt import Attempt, LimitKey
from service.limiting.devices import Device, Devices
from service.limiting.memory import Memory, Refusals

PACKS: Mapping[Kind, int] = {Kind.INSPECT: 50, Kind.READ: 10, Kind.REFRESH: 10}
"""How many calls of a kind are charged at a time, where there are many: a person's camera asks five times a second. As
many may be lost where a process ends or an address goes."""

LEAST_PACKS = 10
"""Packs that a limit is worth, at least; a smaller limit is charged in smaller packs."""


@dataclass(frozen=True)
class Client:
    """Who calls.

    Attributes:
        address: an IPv4 address, or an IPv6 network.
        device: what the client's device cookie says, if it has a good one.
    """

    address: str
    device: Device | None = None


@dataclass(frozen=True)
class _Pack:
    """Calls that are charged for and not yet made; ``standing`` is how the client stood when they were charged."""

    left: int
    standing: RateLimitState | None

    def without_one(self) -> "_Pack | None":
        return _Pack(self.left - 1, self.standing) if self.left else None


class Limits:
    """Counts calls and refuses those that are too many. Safe to use from several threads and processes."""

    def __init__(
        self,
        database: Database,
        policies: Mapping[Kind, Policy],
        devices: Devices,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Asks nothing yet.

        Args:
            database: where the counters are.
            policies: by the kind of call; a kind without one is not limited.
            devices: by which accounts and devices are known.
            clock: seconds that only grow.
        """
        self._database = database
        self._policies = policies
        self._devices = devices
        self._refusals = Refusals(clock)
        self._packs: Memory[_Pack] = Memory(clock)

    def attempt(self, kind: Kind, client: Client, account: str | None = None) -> Attempt:
        """One guess, for the time that it is under way; raises TooManyRequestsError where it is known to be too many.

        Args:
            kind: what is asked for.
            client: who asks.
            account: the username that is guessed at, whether there is such a person or not.
        """
        known = self._is_known(client.device, kind, account)
        return Attempt(self._database, self._limit_keys(kind, client, account, known=known), self._refusals)

    def each(self, kind: Kind, client: Client, account: str | None = None) -> RateLimitState | None:
        """One call that counts whatever comes of it; how the client stands.

        While the database is away calls pass: they need it for nothing else, or fail for themselves.

        Args:
            kind: what is asked for.
            client: who asks.
            account: whose token the call carries.

        Raises:
            TooManyRequestsError: it is one too many.
        """
        known = account is None  # which guesses at nobody: any account's device will do
        limit_keys = self._limit_keys(kind, client, account, known=known)
        if not limit_keys:
            return None
        key = tuple(limit_keys)
        pack = self._packs.change(key, _Pack.without_one)
        if pack is None:
            pack = self._buy(kind, limit_keys)
            if pack.left:
                self._packs.keep(key, pack, min(limit_key.limit.seconds for limit_key in limit_keys))
        return pack.standing

    def forget_unused(self, work: UnitOfWork) -> None:
        """Deletes what counts no more."""
        rate_limits.delete_unused(work.session)

    def _buy(self, kind: Kind, limit_keys: Sequence[LimitKey]) -> _Pack:
        """A pack, one of whose calls is made."""
        size = max(1, min(PACKS.get(kind, 1), *(limit_key.limit.count // LEAST_PACKS for limit_key in limit_keys)))
        try:
            with Attempt(self._database, limit_keys, self._refusals, size) as attempt:
                return _Pack(size - 1, attempt.standing)
        except DatabaseUnavailableError:
            return _Pack(size - 1, None)

    def _limit_keys(self, kind: Kind, client: Client, account: str | None, *, known: bool) -> Sequence[LimitKey]:
        """Who is charged for a call: the device, where it is known for such calls, or everybody else concerned."""
        policy = self._policies.get(kind, {})
        device = client.device
        digests: Mapping[Scope, bytes]
        if device and known and Scope.DEVICE in policy:
            digests = {Scope.DEVICE: device.number, Scope.DEVICES: device.owner}
        else:
            digests = {
                Scope.ADDRESS: self._devices.digest("address", client.address),
                **({} if account is None else {Scope.ACCOUNT: self._devices.account(account)}),
                Scope.ALL: b"",
            }
        return [LimitKey(kind, scope, digest, policy[scope]) for scope, digest in digests.items() if scope in policy]

    def _is_known(self, device: Device | None, kind: Kind, account: str | None) -> bool:
        """Whether a device is one of the account that is guessed at; a face is no leave to guess at its password."""
        if device is None or account is None or device.owner != self._devices.owner(account):
            return False
        return device.by_password or kind is not Kind.LOGIN
