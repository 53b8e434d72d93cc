"""What the answers of a service say of accounts, to be held against its database at the end."""

import threading
from dataclasses import dataclass, field

import numpy as np

FEW_ACCOUNTS = 20
"""Below so many nobody is erased."""


@dataclass
class Ledger:
    """What the answers say of accounts. Safe to share between threads.

    Attributes:
        erased: the names whose erasure was answered by 204.
        uncertain: the names of which a connection that broke left open what became of them.
    """

    erased: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    _there: list[str] = field(default_factory=list)
    _lent: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def there(self) -> set[str]:
        """The names whose sign-up was answered by 201 and that nobody has erased."""
        with self._lock:
            return {*self._there, *self._lent} - self.erased - self.uncertain

    def add(self, name: str) -> None:
        """Somebody signed up."""
        with self._lock:
            self._there.append(name)

    def any(self, chance: np.random.Generator) -> str | None:
        """Somebody who is there, for a call that changes nothing."""
        with self._lock:
            return self._there[int(chance.integers(len(self._there)))] if self._there else None

    def take(self, chance: np.random.Generator) -> str | None:
        """Somebody for one caller alone, if there are enough."""
        with self._lock:
            if len(self._there) < FEW_ACCOUNTS:
                return None
            name = self._there.pop(int(chance.integers(len(self._there))))
            self._lent.add(name)
            return name

    def give_back(self, name: str) -> None:
        """Nothing was done to them after all."""
        with self._lock:
            self._lent.discard(name)
            self._there.append(name)
