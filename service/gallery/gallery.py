"""The gallery as it is now: which models its templates are of, how many people, and what decides a match."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db.core.engine import Database
from db.queries import impostor_levels
from db.queries.impostor_levels import StoredLevel
from db.search import templates
from db.search.templates import Candidate
from embeddings.core.models import ModelCard
from embeddings.scores.references import reference
from service.domain.budget import Budget
from service.domain.decision import Decision, Outcome, Verdict, agreed
from service.domain.impostor_model import ImpostorModel
from service.gallery.impostors import known_level

MAX_AGE_SECONDS = 15.0
"""How old a snapshot may be. A gallery that grows by a twentieth meanwhile moves a cut-off by less than 0.001."""


@dataclass(frozen=True)
class ModelInUse:
    """A model that people are searched with.

    Attributes:
        model_id: its name.
        people: how many have a template of it.
        estimated: what was learnt of this gallery's people, or None before that.
        impostors: how often strangers score how high.
        decision: what counts as a match by its scores, which no other model's can be compared with.
    """

    model_id: str
    people: int
    estimated: StoredLevel | None
    impostors: ImpostorModel
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

    @property
    def templates(self) -> int:
        """How many templates a search compares with, of whichever model: each is a chance to be mistaken."""
        return sum(model.people for model in self.models.values())

    def identify(self, candidates: Sequence[Candidate]) -> Verdict:
        """The verdict on a search by all models.

        Nobody is matched by a template that is superseded, but it still takes its place: whoever comes next to it is no
        match by that model either, or too close to tell apart, as they would be without the newer template. A model by
        which only superseded templates come first has nothing to say that a newer one does not say better.
        """
        verdicts = []
        for model in self.models.values():
            found = [one for one in candidates if one.model_id == model.model_id]
            verdict = model.decision.identify(found)
            if not all(one.superseded for one in found) and not (verdict.candidate and verdict.candidate.superseded):
                verdicts.append(verdict)
        return agreed(verdicts)

    def is_match(self, candidates: Sequence[Candidate]) -> bool:
        """Whether the verdict on these candidates is a match.

        A search may end with a match after its first look. The rest of the gallery could only add a person who is even
        more similar, or too similar to tell. An enrolled person is then taken for another one at most as often as the
        FPIR allows times how often a first look misses the person, which is a twentieth.
        """
        return self.identify(candidates).outcome is Outcome.MATCHED

    def verify(self, candidate: Candidate | None) -> Verdict:
        """The verdict on a comparison with one person's template; None where there is no such person or template."""
        if candidate is None:
            return Verdict(Outcome.UNKNOWN)
        return self.models[candidate.model_id].decision.verify(candidate)


class Gallery:
    """Looks at the gallery now and then. Safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        cards: Sequence[ModelCard],
        budget: Budget,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Looks at nothing yet.

        Args:
            database: where the templates are.
            cards: the models that can be computed; the first is that of new enrolments.
            budget: from which the cut-offs follow.
            clock: seconds that only grow.
        """
        self._database = database
        self._cards = cards
        self._budget = budget
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: tuple[float, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """The gallery, at most ``MAX_AGE_SECONDS`` old; call it before a transaction opens.

        Raises:
            DatabaseUnavailableError: it cannot be looked at.
        """
        with self._lock:
            if self._latest is None or self._clock() - self._latest[0] > MAX_AGE_SECONDS:
                self._latest = self._clock(), self._look()
            return self._latest[1]

    def cutoffs_for(self, people: int) -> Mapping[str, float]:
        """By model id, the least cosine similarity of a match in a gallery of so many people, or as many as there are.

        For whoever enrols people faster than a snapshot grows old. Raises as :meth:`now`.
        """
        snapshot = self.snapshot()
        enrolled = max(people, snapshot.templates)
        return {
            model_id: self._budget.decision(model.impostors, enrolled, model.decision.margin).cutoff
            for model_id, model in snapshot.models.items()
        }

    def _look(self) -> Snapshot:
        model_ids = [card.model_id for card in self._cards]
        with self._database.unit_of_work() as work:
            people = templates.count_by_model(work.session, model_ids)
            estimated = impostor_levels.read(work.session, model_ids)
        main = model_ids[0]
        used = [card for card in self._cards if card.model_id == main or people[card.model_id]]
        enrolled = sum(people[card.model_id] for card in used)
        models = {
            card.model_id: self._in_use(card, people[card.model_id], enrolled, estimated.get(card.model_id))
            for card in used
        }
        return Snapshot(main, models)

    def _in_use(self, card: ModelCard, people: int, enrolled: int, estimated: StoredLevel | None) -> ModelInUse:
        impostors = ImpostorModel(reference(card.model_id), known_level(estimated, people))
        decision = self._budget.decision(impostors, enrolled, card.margin)
        return ModelInUse(card.model_id, people, estimated, impostors, decision)
