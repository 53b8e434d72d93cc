"""How far matches can be trusted: the figures of the doctor, with the scores of the last logins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.scores.score_tail import RATES
from service.doctor.gallery_figures import ModelFigures, figures
from service.domain.budget import Budget, fpir_of
from service.domain.impostor_model import ImpostorModel
from service.gallery.gallery import Gallery

POINTS = 61
"""Points of a curve."""

BEYOND = 0.02
"""How far a curve goes beyond the highest cut-off, as a cosine."""


@dataclass(frozen=True)
class Tail:
    """How often strangers reach a score with one template. Rates are 0 to 1; None below the lowest rate known.

    Attributes:
        scores: cosines in ascending order.
        lowest: the rate at each score by the lower end of the 95 % interval.
        expected: the rate expected.
        highest: the rate by the upper end of the interval.
    """

    scores: Sequence[float]
    lowest: Sequence[float | None]
    expected: Sequence[float | None]
    highest: Sequence[float | None]


@dataclass(frozen=True)
class TrustedModel:
    """A model in use. Rates are 0 to 1.

    Attributes:
        figures: how far its matches can be trusted.
        fmr_of_search: the false match rate that the budget allows for one comparison of a search.
        fpir_expected: the share expected of strangers whose search ends in a match; its interval is in the figures.
        fmr_expected: the share expected of comparisons of a stranger with one person that end in a match.
        tail: how often strangers reach a score.
    """

    figures: ModelFigures
    fmr_of_search: float
    fpir_expected: float
    fmr_expected: float
    tail: Tail


@dataclass(frozen=True)
class TrustReport:
    """How far the matches in the gallery can be trusted.

    Attributes:
        budget: what the operator accepts.
        templates: how many a search compares with.
        models: the models in use, that of new enrolments first.
    """

    budget: Budget
    templates: int
    models: Sequence[TrustedModel]


class Trust:
    """Computes how far matches can be trusted."""

    def __init__(self, gallery: Gallery, budget: Budget) -> None:
        self._gallery = gallery
        self._budget = budget

    def report(self) -> TrustReport:
        """Returns the report; call it before a transaction opens. Raises DatabaseUnavailableError."""
        snapshot = self._gallery.snapshot()
        models = [_trusted(found, self._budget, snapshot.templates) for found in figures(snapshot, self._budget)]
        return TrustReport(self._budget, snapshot.templates, models)


def _trusted(found: ModelFigures, budget: Budget, templates: int) -> TrustedModel:
    impostors, decision = found.model.impostors, found.model.decision
    return TrustedModel(
        figures=found,
        fmr_of_search=budget.fmr_of_search(templates),
        fpir_expected=fpir_of(impostors.expected_rate(decision.cutoff), max(templates, 1)),
        fmr_expected=impostors.expected_rate(decision.verify_cutoff),
        tail=_tail_of(found),
    )


def _tail_of(found: ModelFigures) -> Tail:
    decision = found.model.decision
    return tail(found.model.impostors, max(decision.cutoff, decision.verify_cutoff) + BEYOND)


def tail(impostors: ImpostorModel, until: float) -> Tail:
    """Returns the tail of the impostor scores.

    It begins at the lowest score that the reference knows, and ends where the upper end of the interval leaves the
    lowest rate known, but not before the score ``until``.
    """
    shift = impostors.level.high - impostors.reference.level.value
    curve = impostors.reference.impostors.high
    scores = [float(score) for score in np.linspace(curve[0] + shift, max(curve[-1] + shift, until), POINTS)]
    intervals = [impostors.rate_interval(score) for score in scores]
    return Tail(
        scores=scores,
        lowest=[_known(low) for low, _ in intervals],
        expected=[_known(impostors.expected_rate(score)) for score in scores],
        highest=[_known(high) for _, high in intervals],
    )


def _known(rate: float) -> float | None:
    return rate if rate > RATES[-1] else None
