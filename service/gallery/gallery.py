"""The current gallery: the models of its templates, the number of people, and the decision rules."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db.core.engine import Database
from db.core.gallery_size import total_of
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
"""Maximum age of a snapshot. If the gallery grows by 5 % meanwhile, a cut-off moves by less than 0.001."""


@dataclass(frozen=True)
class ModelInUse:
    """A model that searches use.

    Attributes:
        model_id: its name.
        people: how many people have a template of it; too high above 10,000 while there are several models, see
            ``estimate_templates``.
        estimated: the estimated impostor level of this gallery; None before the first estimate.
        impostors: the distribution of impostor scores.
        decision: the decision rule for its scores, which cannot be compared with other models' scores.
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
        models: by model id, ``main`` first; the others are earlier models that still have templates.
    """

    main: str
    models: Mapping[str, ModelInUse]

    @property
    def templates(self) -> int:
        """The number of templates of all models that a search compares with; each can cause a false match."""
        return total_of([model.people for model in self.models.values()])

    def identify(self, candidates: Sequence[Candidate]) -> Verdict:
        """Decides a search by all models.

        A template is superseded if its person also has one of a newer model. It never matches, but still competes.
        Example: Ada has templates of both models, Bob only one of the old model. Ada's face has a cosine of 0.9 to her
        own old template and 0.7 to Bob's. Ada comes first by the old model, so Bob cannot match by it; if his cosine
        were within the margin of hers, the search would be ambiguous. If the first two people by a model are both
        superseded, that model is ignored, because a newer model decides better.
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
        more similar, or too similar to tell apart. An enrolled person is then taken for another one if the first look
        misses them and somebody else reaches the cut-off. The chance is about FPIR x 1/20, because a first look misses
        about one person in twenty (``db.search.index_use.FIRST_SHARE``).
        """
        return self.identify(candidates).outcome is Outcome.MATCHED

    def verify(self, candidate: Candidate | None) -> Verdict:
        """Decides a comparison with one person's template; None if there is no such person or template."""
        if candidate is None:
            return Verdict(Outcome.UNKNOWN)
        return self.models[candidate.model_id].decision.verify(candidate)


class Gallery:
    """Takes snapshots of the gallery from time to time. Safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        cards: Sequence[ModelCard],
        budget: Budget,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Does not read the database yet.

        Args:
            database: where the templates are.
            cards: the models that can be computed; the first is the model of new enrolments.
            budget: determines the cut-offs.
            clock: returns monotonic seconds.
        """
        self._database = database
        self._cards = cards
        self._budget = budget
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: tuple[float, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """Returns the gallery, at most ``MAX_AGE_SECONDS`` old. Call it before a transaction opens.

        Raises:
            DatabaseUnavailableError: the database cannot be read.
        """
        with self._lock:
            if self._latest is None or self._clock() - self._latest[0] > MAX_AGE_SECONDS:
                self._latest = self._clock(), self._take_snapshot()
            return self._latest[1]

    def cutoffs_for(self, people: int) -> Mapping[str, float]:
        """Returns the 1:N cut-off by model id, for a gallery of ``people`` or of the current size if that is larger.

        For callers that enrol people faster than snapshots expire. Raises as :meth:`snapshot`.
        """
        snapshot = self.snapshot()
        enrolled = max(people, snapshot.templates)
        return {
            model_id: self._budget.decision(model.impostors, enrolled, model.decision.margin).cutoff
            for model_id, model in snapshot.models.items()
        }

    def _take_snapshot(self) -> Snapshot:
        model_ids = [card.model_id for card in self._cards]
        with self._database.unit_of_work() as work:
            people = templates.count_by_model(work.session, model_ids)
            estimated = impostor_levels.read(work.session, model_ids)
        main = model_ids[0]
        used = [card for card in self._cards if card.model_id == main or people[card.model_id]]
        enrolled = total_of([people[card.model_id] for card in used])
        models = {
            card.model_id: self._in_use(card, people[card.model_id], enrolled, estimated.get(card.model_id))
            for card in used
        }
        return Snapshot(main, models)

    def _in_use(self, card: ModelCard, people: int, enrolled: int, estimated: StoredLevel | None) -> ModelInUse:
        impostors = ImpostorModel(reference(card.model_id), known_level(estimated, people))
        decision = self._budget.decision(impostors, enrolled, card.margin)
        return ModelInUse(card.model_id, people, estimated, impostors, decision)
