"""The bodies of the console's view Index."""

from collections.abc import Mapping
from typing import Self

from db.core.index_due import Due
from db.core.index_form import Method
from service.console.index_console import LEAST_PEOPLE, Begun, IndexReport
from service.console.past import index_moments
from service.history.history import Points
from service.http.response_body import Body, Share, Time


class MeasuredBody(Body):
    """The last measurement: ``recall`` of ``searches`` at ``effort`` (lists probed, or ``ef_search``)."""

    effort: int
    recall: Share
    searches: int
    rows: int
    at: Time


class CrowdingBody(Body):
    """Pairs of accounts, in a sample of people, that are as alike as the pictures of one person."""

    people: int
    suspected_pairs: int
    at: Time


class IndexMomentBody(Body):
    """The values of an hour or day; null where none was recorded. ``size`` is in bytes."""

    start: Time
    recall: Share | None
    effort: float | None
    size: float | None
    people: float | None


class IndexBody(Body):
    """The index of one model. Without an index (``name`` is null) a search compares with every template.

    ``people`` have a template of the model. ``lists`` is null for HNSW; ``size`` is in bytes. ``due`` says why the next
    upkeep rebuilds or measures the index of new enrolments.
    """

    model_id: str
    is_main: bool
    people: int
    name: str | None
    method: Method | None
    form: str | None
    size: int | None
    lists: int | None
    shards: int | None
    trained_people: int | None
    trained_at: Time | None
    measured: MeasuredBody | None
    due: Due | None
    crowding: CrowdingBody | None
    history: list[IndexMomentBody]

    @classmethod
    def of_report(cls, report: IndexReport, series: Mapping[str, Points]) -> Self:
        """The body for an index, with its history."""
        status, form = report.status, report.status.form
        trained, tuning = status.comment, status.tuning
        history = index_moments(series, status.model_id) if report.is_main else []
        return cls(
            model_id=status.model_id,
            is_main=report.is_main,
            people=status.rows,
            name=status.name if status.exists else None,
            method=None if form is None else form.method,
            form=None if form is None else form.in_words(),
            size=status.size,
            lists=status.lists,
            shards=status.shards,
            trained_people=None if trained is None else trained.trained_rows,
            trained_at=None if trained is None else trained.trained_at,
            measured=None if tuning is None else MeasuredBody.of(tuning),
            due=report.due,
            crowding=None if report.crowding is None else CrowdingBody.of(report.crowding),
            history=[IndexMomentBody.of(moment) for moment in history],
        )


class IndexWorkBody(Body):
    """Work on an index, by any process. ``phase`` and ``share`` (0 to 1) say how far a build is.

    ``state`` changes when the index is replaced or measured.
    """

    is_under_way: bool
    phase: str | None
    share: Share | None
    state: str | None


class IndexResponse(Body):
    """The indexes of the models in use, that of new enrolments first.

    ``least_people``: from how many people on an index is built.
    """

    days: int
    least_people: int
    work: IndexWorkBody
    indexes: list[IndexBody]

    @classmethod
    def of_reports(cls, reports: list[IndexReport], work: object, series: Mapping[str, Points], days: int) -> Self:
        """The body for all indexes, with the history of the last ``days``."""
        return cls(
            days=days,
            least_people=LEAST_PEOPLE,
            work=IndexWorkBody.of(work),
            indexes=[IndexBody.of_report(report, series) for report in reports],
        )


class BegunResponse(Body):
    """What became of the request.

    ``begun``: the work goes on in the background. ``too_few``: there are no templates, or there is no index to measure.
    ``distributed``: ``visage distribute`` works on the indexes of distributed templates.
    """

    outcome: Begun
