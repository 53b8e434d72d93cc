"""Records what the service's answers say about accounts, for a comparison with its database at the end."""

import threading
from dataclasses import dataclass, field

import numpy as np

FEW_ACCOUNTS = 20
"""With fewer accounts than this, none is erased."""


@dataclass
class Ledger:
    """What the answers say about accounts; thread-safe.

    Attributes:
        erased: the names whose erasure was answered by 204.
        uncertain: the names whose state is unknown because a connection broke.
    """

    erased: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    _there: list[str] = field(default_factory=list)
    _lent: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def there(self) -> set[str]:
        """The names whose sign-up was answered by 201 and that were not erased."""
        with self._lock:
            return {*self._there, *self._lent} - self.erased - self.uncertain

    def add(self, name: str) -> None:
        """Records a sign-up."""
        with self._lock:
            self._there.append(name)

    def any(self, chance: np.random.Generator) -> str | None:
        """Returns an existing name for a call that changes nothing."""
        with self._lock:
            return self._there[int(chance.integers(len(self._there)))] if self._there else None

    def take(self, chance: np.random.Generator) -> str | None:
        """Returns a name for one caller only, if there are enough names."""
        with self._lock:
            if len(self._there) < FEW_ACCOUNTS:
                return None
            name = self._there.pop(int(chance.integers(len(self._there))))
            self._lent.add(name)
            return name

    def give_back(self, name: str) -> None:
        """Returns a name that was not erased."""
        with self._lock:
            self._lent.discard(name)
            self._there.append(name)
