"""How far the matches in a gallery can be trusted, in figures: ``visage doctor`` and the console tell them in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from embeddings.scores.impostor_level import ImpostorLevel
from service.domain.budget import Budget, fpir_of
from service.gallery.gallery import ModelInUse, Snapshot


@dataclass(frozen=True)
class OwnGallery:
    """What is known of the scores between this gallery's own people.

    Attributes:
        people: the people sampled.
        at: when they were compared.
        level: of their impostor scores.
        suspected_pairs: pairs of them that are as alike as the pictures of one person.
    """

    people: int
    at: datetime
    level: ImpostorLevel
    suspected_pairs: int


@dataclass(frozen=True)
class ModelFigures:
    """How far the matches by one model can be trusted. Rates and shares are 0 to 1; intervals are of 95 %.

    Attributes:
        model: the model, with its cut-offs and impostor scores.
        is_main: whether it is the model of new enrolments.
        fpir: the lowest and highest share expected of strangers whose search ends in a match.
        fmr: the lowest and highest share expected of comparisons of a stranger with one person that end in a match.
        fnir: the share expected of users whose search does not find them, by photographs taken years apart.
        honest_people: the largest number of people for which the known scores support the budget.
        honest_by_reference: the same without the scores of this gallery; None while nothing is known of them.
        is_beyond: whether the gallery has more templates than ``honest_people``.
        is_too_alike: whether people resemble each other so much that the cut-off cannot include the whole allowance.
        own: what is known of this gallery's own people; None while there are too few, or before the first estimate.
    """

    model: ModelInUse
    is_main: bool
    fpir: tuple[float, float]
    fmr: tuple[float, float]
    fnir: float
    honest_people: int
    honest_by_reference: int | None
    is_beyond: bool
    is_too_alike: bool
    own: OwnGallery | None


def figures(snapshot: Snapshot, budget: Budget) -> Sequence[ModelFigures]:
    """Computes the figures of each model in use, the main model first. It takes tens of milliseconds a model."""
    return [_of_model(model, snapshot, budget) for model in snapshot.models.values()]


def _of_model(model: ModelInUse, snapshot: Snapshot, budget: Budget) -> ModelFigures:
    impostors, decision, templates = model.impostors, model.decision, snapshot.templates
    low, high = impostors.rate_interval(decision.cutoff)
    honest, rate = budget.largest_honest_gallery(impostors), budget.fmr_of_search(templates)
    alone = budget.largest_honest_gallery(impostors.by_reference) if impostors.gallery is not None else None
    return ModelFigures(
        model=model,
        is_main=model.model_id == snapshot.main,
        fpir=(fpir_of(low, max(templates, 1)), fpir_of(high, max(templates, 1))),
        fmr=impostors.rate_interval(decision.verify_cutoff),
        fnir=impostors.reference.fnmr_at(decision.cutoff),
        honest_people=honest,
        honest_by_reference=alone,
        is_beyond=templates > honest,
        is_too_alike=impostors.cutoff(rate) < impostors.reference.impostors.score_at(rate) + impostors.allowance,
        own=_own(model),
    )


def _own(model: ModelInUse) -> OwnGallery | None:
    estimated, level = model.estimated, model.impostors.gallery
    if estimated is None or level is None:
        return None
    return OwnGallery(
        people=estimated.level.sampled_people,
        at=estimated.estimated_at,
        level=level,
        suspected_pairs=estimated.level.suspected_pairs,
    )
