"""Searches of the gallery by one or several captures of one person, with the same scores.

A person's score is the average of the cosines between the captures and their template. Cut-offs are made for single
captures, and also hold for the average, which never exceeds the highest cosine: the average reaches a cut-off only if
at least one capture does, and for a stranger this is rarer. The cosine of the captures' own template is not suitable,
because it is higher than the average.
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
    """The mean of a person's captures by each model, by model id.

    Attributes:
        directions: the mean as a unit vector, (dimension,) float32.
        lengths: the length of the mean, 0 to 1. The average of the captures' cosines is the direction's cosine times
            this.
    """

    directions: Mapping[str, Vector]
    lengths: Mapping[str, float]

    @classmethod
    def of(cls, captures: Sequence[Mapping[str, Vector]]) -> "Averages":
        """Averages at least one capture; each maps the same model ids to vectors."""
        means = {model_id: average([capture[model_id] for capture in captures]) for model_id in captures[0]}
        directions = {model_id: direction for model_id, (direction, _) in means.items()}
        return cls(directions, {model_id: length for model_id, (_, length) in means.items()})


def nearest(work: UnitOfWork, captures: Sequence[Capture], is_enough: IsEnough | None = None) -> list[Candidate]:
    """Returns, by each model, the two people with the highest average similarity to the captures, the highest first.

    Args:
        work: the transaction; see ``db.search.templates.nearest`` for the statements in it.
        captures: at least one, all with embeddings of the same models.
        is_enough: whether such candidates settle the search, so that it may end after a first look.
    """
    return nearest_to(work, Averages.of([capture.embeddings for capture in captures]), is_enough)


def nearest_to(work: UnitOfWork, averages: Averages, is_enough: IsEnough | None = None) -> list[Candidate]:
    """Like :func:`nearest`, for captures that are known by their averages."""

    def on_average(found: list[Candidate]) -> list[Candidate]:
        return [_on_average(candidate, averages) for candidate in found]

    settles = None if is_enough is None else lambda found: is_enough(on_average(found))
    return on_average(templates.nearest(work.session, averages.directions, limit=2, is_enough=settles))


def of_username(work: UnitOfWork, captures: Sequence[Capture], username: str) -> Candidate | None:
    """Compares the captures with one user's template, by username; None without such a user or template."""
    averages = Averages.of([capture.embeddings for capture in captures])
    candidate = templates.of_username(work.session, averages.directions, username)
    return candidate and _on_average(candidate, averages)


def of_user(work: UnitOfWork, captures: Sequence[Capture], user_id: UUID) -> Candidate | None:
    """Like :func:`of_username`, by user id."""
    averages = Averages.of([capture.embeddings for capture in captures])
    candidate = templates.of_user(work.session, averages.directions, user_id)
    return candidate and _on_average(candidate, averages)


def _on_average(candidate: Candidate, averages: Averages) -> Candidate:
    return replace(candidate, similarity=candidate.similarity * averages.lengths[candidate.model_id])
