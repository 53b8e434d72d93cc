"""Rate limits by address, by account, by device and for all clients together.

They bound guessing and load. A wrong guess counts as one, an image without a usable face as a tenth, and a login as a
fiftieth. So five hundred users behind one address can log in within a short time, and an attacker there is stopped
after a hundred guesses.
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
from service.limiting.refunds import Refunds

PACKS: Mapping[Kind, int] = {Kind.INSPECT: 50, Kind.READ: 10, Kind.REFRESH: 10}
"""How many calls of frequent kinds are charged at a time: the widget inspects five frames a second. The rest of a pack
is lost when the process ends or the client stays away."""

LEAST_PACKS = 10
"""A limit has at least as many packs; a smaller limit has smaller packs."""


@dataclass(frozen=True)
class Client:
    """The client of a call.

    Attributes:
        address: an IPv4 address, or an IPv6 network.
        device: the device of a valid device cookie, if there is one.
    """

    address: str
    device: Device | None = None


@dataclass(frozen=True)
class _Pack:
    """Calls that are charged and not yet made; ``state`` is the state of the client's limit after the charge."""

    left: int
    state: RateLimitState | None

    def without_one(self) -> "_Pack | None":
        return _Pack(self.left - 1, self.state) if self.left else None


class Limits:
    """Counts calls, and refuses calls beyond a limit. Safe to use from several threads and processes."""

    def __init__(
        self,
        database: Database,
        policies: Mapping[Kind, Policy],
        devices: Devices,
        refunds: Refunds,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Runs no statement yet.

        Args:
            database: holds the counters.
            policies: the limits by kind of call; a kind without a policy has none.
            devices: computes the keys of accounts and devices.
            refunds: takes what attempts were charged too much.
            clock: monotonic, in seconds.
        """
        self._database = database
        self._policies = policies
        self._devices = devices
        self._refunds = refunds
        self._refusals = Refusals(clock)
        self._packs: Memory[_Pack] = Memory(clock)

    def attempt(self, kind: Kind, client: Client, account: str | None = None) -> Attempt:
        """Makes a guess that is charged when its block is entered; raises TooManyRequestsError for a known refusal.

        Args:
            kind: of the call.
            client: of the call.
            account: the username of the guess, whether or not it exists.
        """
        known = self._is_known(client.device, kind, account)
        limit_keys = self._limit_keys(kind, client, account, known=known)
        return Attempt(self._database, limit_keys, self._refusals, self._refunds)

    def count_call(self, kind: Kind, client: Client, account: str | None = None) -> RateLimitState | None:
        """Counts a call, whatever its result; returns the state of the client's limit.

        While the database is unavailable, calls pass: they either do not need it, or fail themselves.

        Args:
            kind: of the call.
            client: of the call.
            account: of the call's access token, if it has one.

        Raises:
            TooManyRequestsError: the limit is used up.
        """
        known = account is None  # no account is guessed at, so a device of any account counts
        limit_keys = self._limit_keys(kind, client, account, known=known)
        if not limit_keys:
            return None
        key = tuple(limit_keys)
        pack = self._packs.change(key, _Pack.without_one)
        if pack is None:
            pack = self._buy(kind, limit_keys)
            if pack.left:
                self._packs.keep(key, pack, min(limit_key.limit.seconds for limit_key in limit_keys))
        return pack.state

    def forget_unused(self, work: UnitOfWork) -> None:
        """Deletes counters that have expired."""
        rate_limits.delete_unused(work.session)

    def _buy(self, kind: Kind, limit_keys: Sequence[LimitKey]) -> _Pack:
        """Charges a pack, and uses one call of it."""
        size = max(1, min(PACKS.get(kind, 1), *(limit_key.limit.count // LEAST_PACKS for limit_key in limit_keys)))
        try:
            with Attempt(self._database, limit_keys, self._refusals, self._refunds, size) as attempt:
                return _Pack(size - 1, attempt.state)
        except DatabaseUnavailableError:
            return _Pack(size - 1, None)

    def _limit_keys(self, kind: Kind, client: Client, account: str | None, *, known: bool) -> Sequence[LimitKey]:
        """The limits to charge for a call: those of a known device, or those of address, account and all clients."""
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
        """Whether a device is known for this account and kind. Password logins need one that a password made known."""
        if device is None or account is None or device.owner != self._devices.owner(account):
            return False
        return device.by_password or kind is not Kind.LOGIN
