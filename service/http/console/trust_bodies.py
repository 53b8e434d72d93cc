"""The bodies of the console's view Trust."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service.console.alike import Kind
from service.console.past import Bucket, scores
from service.console.trust import TrustedModel, TrustReport
from service.doctor.gallery import NOT_MEASURED
from service.doctor.gallery_figures import OwnGallery
from service.history.history import Points
from service.http.response_body import Body, Id, Share, Time
from service.http.schemas import Request


class IntervalBody(Body):
    """A 95 % interval of a rate or a share, 0 to 1."""

    low: Share
    high: Share

    @classmethod
    def between(cls, ends: tuple[float, float]) -> Self:
        """The body for both ends."""
        return cls(low=ends[0], high=ends[1])


class BudgetBody(Body):
    """What the operator accepts: FPIR for a search, FMR for a comparison with one person."""

    fpir: Share
    fmr: Share


class BucketBody(Body):
    """How many logins had a best score (cosine) above ``low`` and up to ``high``."""

    low: float
    high: float
    count: int


class ScoresBody(Body):
    """The best scores of the logins of the period: by face alone (``gallery``), and with a username (``person``)."""

    gallery: list[BucketBody]
    person: list[BucketBody]

    @classmethod
    def of_model(cls, series: Mapping[str, Points], model_id: str) -> Self:
        """The body for a model's series of the history."""
        return cls(
            gallery=_buckets(scores(series, "gallery", model_id)), person=_buckets(scores(series, "person", model_id))
        )


class TailBody(Body):
    """How often strangers reach a score with one template, with the 95 % interval; null below the lowest rate known."""

    scores: list[float]
    lowest: list[Share | None]
    expected: list[Share | None]
    highest: list[Share | None]


class GroupBody(Body):
    """A group of people that was measured: false matches as a multiple of the reference's, at one cut-off."""

    name: str
    people: int
    photographs: int
    fmr_ratio: float
    fmr_ratio_low: float
    fmr_ratio_high: float


class OwnGalleryBody(Body):
    """What is known of the scores between this gallery's own people, from a sample.

    ``level`` is the upper quartile of the cosines between different people, with its interval.
    """

    people: int
    at: Time
    level: float
    level_low: float
    level_high: float
    suspected_pairs: int

    @classmethod
    def of_own(cls, own: OwnGallery) -> Self:
        """The body for an estimate."""
        level = own.level
        return cls(
            people=own.people,
            at=own.at,
            level=level.value,
            level_low=level.low,
            level_high=level.high,
            suspected_pairs=own.suspected_pairs,
        )


class TrustedModelBody(Body):
    """How far the matches by one model can be trusted. Rates and shares are 0 to 1, scores are cosines.

    ``fpir`` and ``fmr`` are 95 % intervals at the present cut-offs, beside what is expected; ``fmr_of_search`` is
    what the budget allows one comparison of a search. ``allowance`` is how much the cut-offs are raised because
    people may be more alike than the reference's; its basis is ``own``, or else the strictest group.
    ``honest_people`` is the largest number of people for which the known scores support the budget.
    """

    model_id: str
    is_main: bool
    people: int
    cutoff: float
    verify_cutoff: float
    fmr_of_search: Share
    fpir: IntervalBody
    fpir_expected: Share
    fmr: IntervalBody
    fmr_expected: Share
    fnir: Share
    allowance: float
    honest_people: int
    honest_by_reference: int | None
    is_beyond: bool
    is_too_alike: bool
    reference: str
    comparisons: int
    groups: list[GroupBody]
    not_measured: str
    own: OwnGalleryBody | None
    tail: TailBody
    scores: ScoresBody

    @classmethod
    def of_model(cls, trusted: TrustedModel, series: Mapping[str, Points]) -> Self:
        """The body for a model, with the history of its scores."""
        found = trusted.figures
        model, known = found.model, found.model.impostors.reference
        return cls(
            model_id=model.model_id,
            is_main=found.is_main,
            people=model.people,
            cutoff=model.decision.cutoff,
            verify_cutoff=model.decision.verify_cutoff,
            fmr_of_search=trusted.fmr_of_search,
            fpir=IntervalBody.between(found.fpir),
            fpir_expected=trusted.fpir_expected,
            fmr=IntervalBody.between(found.fmr),
            fmr_expected=trusted.fmr_expected,
            fnir=found.fnir,
            allowance=model.impostors.allowance,
            honest_people=found.honest_people,
            honest_by_reference=found.honest_by_reference,
            is_beyond=found.is_beyond,
            is_too_alike=found.is_too_alike,
            reference=known.source,
            comparisons=known.impostors.comparisons,
            groups=[
                GroupBody(
                    name=group.name,
                    people=group.level.people,
                    photographs=group.photographs,
                    fmr_ratio=group.fmr_ratio,
                    fmr_ratio_low=group.fmr_ratio_interval[0],
                    fmr_ratio_high=group.fmr_ratio_interval[1],
                )
                for group in known.groups
            ],
            not_measured=NOT_MEASURED,
            own=None if found.own is None else OwnGalleryBody.of_own(found.own),
            tail=TailBody.of(trusted.tail),
            scores=ScoresBody.of_model(series, model.model_id),
        )


class TrustResponse(Body):
    """How far the matches in the gallery can be trusted; ``templates`` is how many a search compares with."""

    days: int
    templates: int
    budget: BudgetBody
    models: list[TrustedModelBody]

    @classmethod
    def of_report(cls, trusted: TrustReport, series: Mapping[str, Points], days: int) -> Self:
        """The body for a report, with the history of the last ``days``."""
        return cls(
            days=days,
            templates=trusted.templates,
            budget=BudgetBody.of(trusted.budget),
            models=[TrustedModelBody.of_model(model, series) for model in trusted.models],
        )


class AlikeRequest(Request):
    """Looks for accounts that are alike among the people who follow ``after`` in the order of their ids."""

    after: UUID | None = None


class EnrolledBody(Body):
    """An account of a pair."""

    id: Id
    username: str
    enrolled_at: Time


class PairBody(Body):
    """Two accounts that are alike, the earlier enrolment first.

    ``kind`` is ``one_person`` above the cut-off of a search, and ``look_alikes`` between that and the cut-off of one
    person. ``similarity`` is the cosine of their templates.
    """

    model_id: str
    similarity: float
    kind: Kind
    people: list[EnrolledBody]


class AlikeResponse(Body):
    """What a batch has shown: the pairs, the templates ``examined``, and how many ``templates`` there are.

    ``next`` is the ``after`` of the next request; null once nobody is left.
    """

    pairs: list[PairBody]
    examined: int
    templates: int
    next: Annotated[str | None, Field(default=None)]


def _buckets(found: Sequence[Bucket]) -> list[BucketBody]:
    return [BucketBody.of(bucket) for bucket in found]
