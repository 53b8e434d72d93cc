"""The gallery as it is now: which models its templates are of, how many people, and what decides a match."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db import templates
from db.engine import Database
from embeddings.models import ModelCard
from service.decision import Decision

MAX_AGE_SECONDS = 15.0
"""How old a snapshot may be. A gallery that grows by a twentieth meanwhile moves a cut-off by less than 0.001."""


@dataclass(frozen=True)
class ModelInUse:
    """A model that people are searched with.

    Attributes:
        model_id: its name.
        people: how many have a template of it.
        decision: what counts as a match by its scores, which no other model's can be compared with.
    """

    model_id: str
    people: int
    decision: Decision


@dataclass(frozen=True)
class Snapshot:
    """The gallery at one moment.

    Attributes:
        main: the model of new enrolments.
        models: by model id, ``main`` first; the others are those of which there are still templates.
    """

    main: str
    models: Mapping[str, ModelInUse]


class Gallery:
    """Looks at the gallery now and then. Safe to use from several threads."""

    def __init__(
        self, database: Database, cards: Sequence[ModelCard], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Looks at nothing yet.

        Args:
            database: where the templates are.
            cards: the models that can be computed; the first is that of new enrolments.
            clock: seconds that only grow.
        """
        self._database = database
        self._cards = cards
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: tuple[float, Snapshot] | None = None

    def now(self) -> Snapshot:
        """The gallery, at most ``MAX_AGE_SECONDS`` old; call it before a transaction opens.

        Raises:
            DatabaseUnavailableError: it cannot be looked at.
        """
        with self._lock:
            if self._latest is None or self._clock() - self._latest[0] > MAX_AGE_SECONDS:
                self._latest = self._clock(), self._look()
            return self._latest[1]

    def _look(self) -> Snapshot:
        with self._database.unit_of_work() as work:
            people = templates.count_by_model(work.session, [card.model_id for card in self._cards])
        main = self._cards[0].model_id
        used = [card for card in self._cards if card.model_id == main or people[card.model_id]]
        return Snapshot(
            main,
            {
                card.model_id: ModelInUse(
                    card.model_id, people[card.model_id], Decision(card.cutoff, card.cutoff, card.margin)
                )
                for card in used
            },
        )
