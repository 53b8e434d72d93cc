"""Searches of the gallery by one capture or several of one person, scored alike.

A person's score is the average of the captures' cosines with their template. Cut-offs are made for the cosines of
single captures and hold for their average too, which never exceeds the highest: captures reach a cut-off together only
where one of them does alone, and a stranger's do so less often. The cosine of the captures' own template would not do:
it is higher than their average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from db import templates
from db.templates import Candidate
from db.unit_of_work import UnitOfWork
from embeddings.types import Vector
from embeddings.vectors import average
from service.captures import Capture


def nearest(work: UnitOfWork, captures: Sequence[Capture]) -> list[Candidate]:
    """The two people by each model whose templates are most similar to the captures on average, the most similar first.

    Args:
        work: in which one statement reads templates, as ``db.templates.nearest`` says.
        captures: at least one, all as the same models see them.
    """
    directions, lengths = _averages(captures)
    return [_on_average(candidate, lengths) for candidate in templates.nearest(work.session, directions, limit=2)]


def of_username(work: UnitOfWork, captures: Sequence[Capture], username: str) -> Candidate | None:
    """How similar one named person's template is to the captures on average; None without such a person or template."""
    directions, lengths = _averages(captures)
    candidate = templates.of_username(work.session, directions, username)
    return candidate and _on_average(candidate, lengths)


def _averages(captures: Sequence[Capture]) -> tuple[Mapping[str, Vector], Mapping[str, float]]:
    """By model id, the direction and the length of the captures' mean."""
    means = {
        model_id: average([capture.embeddings[model_id] for capture in captures]) for model_id in captures[0].embeddings
    }
    directions = {model_id: direction for model_id, (direction, _) in means.items()}
    return directions, {model_id: length for model_id, (_, length) in means.items()}


def _on_average(candidate: Candidate, lengths: Mapping[str, float]) -> Candidate:
    return replace(candidate, similarity=candidate.similarity * lengths[candidate.model_id])
