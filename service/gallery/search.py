"""Searches of the gallery by one capture or several of one person, scored alike.

A person's score is the average of the captures' cosines with their template. Cut-offs are made for the cosines of
single captures and hold for their average too, which never exceeds the highest: captures reach a cut-off together only
where one of them does alone, and a stranger's do so less often. The cosine of the captures' own template would not do:
it is higher than their average.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.search import templates
from db.search.templates import Candidate
from embeddings.core.types import Vector
from embeddings.core.vectors import average
from service.faces.captures import Capture

IsEnough = Callable[[Sequence[Candidate]], bool]


@dataclass(frozen=True)
class Averages:
    """The mean of a person's captures as each model sees it, by model id.

    Attributes:
        directions: as a unit vector, (dimension,) float32.
        lengths: how long it is, 0 to 1: the average of the captures' cosines is the direction's, times this.
    """

    directions: Mapping[str, Vector]
    lengths: Mapping[str, float]

    @classmethod
    def of(cls, captures: Sequence[Mapping[str, Vector]]) -> "Averages":
        """Of at least one capture, each as vectors of the same models, by model id."""
        means = {model_id: average([capture[model_id] for capture in captures]) for model_id in captures[0]}
        directions = {model_id: direction for model_id, (direction, _) in means.items()}
        return cls(directions, {model_id: length for model_id, (_, length) in means.items()})


def nearest(work: UnitOfWork, captures: Sequence[Capture], is_enough: IsEnough | None = None) -> list[Candidate]:
    """The two people by each model whose templates are most similar to the captures on average, the most similar first.

    Args:
        work: in which one statement reads templates, as ``db.search.templates.nearest`` says.
        captures: at least one, all as the same models see them.
        is_enough: whether such candidates settle the search, so that it may end after a first look.
    """
    return nearest_to(work, Averages.of([capture.embeddings for capture in captures]), is_enough)


def nearest_to(work: UnitOfWork, averages: Averages, is_enough: IsEnough | None = None) -> list[Candidate]:
    """The same, of captures that are known by their averages."""

    def on_average(found: list[Candidate]) -> list[Candidate]:
        return [_on_average(candidate, averages) for candidate in found]

    settles = None if is_enough is None else lambda found: is_enough(on_average(found))
    return on_average(templates.nearest(work.session, averages.directions, limit=2, is_enough=settles))


def of_username(work: UnitOfWork, captures: Sequence[Capture], username: str) -> Candidate | None:
    """How similar one named person's template is to the captures on average; None without such a person or template."""
    averages = Averages.of([capture.embeddings for capture in captures])
    candidate = templates.of_username(work.session, averages.directions, username)
    return candidate and _on_average(candidate, averages)


def of_user(work: UnitOfWork, captures: Sequence[Capture], user_id: UUID) -> Candidate | None:
    """Like :func:`of_username`, for the person with this id."""
    averages = Averages.of([capture.embeddings for capture in captures])
    candidate = templates.of_user(work.session, averages.directions, user_id)
    return candidate and _on_average(candidate, averages)


def _on_average(candidate: Candidate, averages: Averages) -> Candidate:
    return replace(candidate, similarity=candidate.similarity * averages.lengths[candidate.model_id])
