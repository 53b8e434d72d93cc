"""The bodies of the console's overview and of the health of the service."""

from collections.abc import Sequence
from typing import Self

from service.console.health import HealthReport
from service.http.response_body import Body, Time


class CountsResponse(Body):
    """The counts of one kind: ``total``, and ``values`` by step."""

    name: str
    total: int
    values: list[int]


class TimesResponse(Body):
    """Seconds that logins of one way took, without refused ones: the median and 95th percentile.

    They are estimated from buckets, and null where nobody logged in. The ``longest_seconds`` of the answer mean more
    than that.
    """

    name: str
    count: int
    p50: float | None
    p95: float | None
    p50_values: list[float | None]
    p95_values: list[float | None]


class ComparedResponse(Body):
    """A figure of some hours beside what is usual in them.

    ``name`` is ``unknown_faces``, ``password_failures``, ``challenge_failures``, ``refused`` (answers 4xx),
    ``unavailable`` (503), ``other_faults`` (other 5xx), ``matched``: counts; or ``face_seconds``: the longest median,
    of which ``longest_seconds`` mean more than that.
    """

    name: str
    value: float
    usual: float


class IncidentResponse(Body):
    """Hours in which something was unusual, and the logins by face that matched meanwhile."""

    start: Time
    end: Time
    findings: Sequence[ComparedResponse]
    matched: ComparedResponse


class UnusualResponse(Body):
    """What was unusual in the days shown, the newest first, by comparison of the ``hours`` known of the last 30 days.

    Usual is the median of the same hour of the day and its two neighbours. A count is unusual from 5 times as many on
    and 20 more (of faults 5 more), a median time from 3 times as long on and 0.1 s more, with 5 logins. With fewer
    than 24 hours nothing is told.
    """

    hours: int
    incidents: Sequence[IncidentResponse]


class OverviewResponse(Body):
    """What happened in the last days, by steps. The last step is not over, and the last minute is not in it yet.

    ``longest_seconds``: up to here the service tells times apart. As a time, it means that it took longer.
    """

    days: int
    step_seconds: int
    longest_seconds: float
    starts: Sequence[Time]
    unusual: UnusualResponse
    face_logins: Sequence[CountsResponse]
    face_logins_of_users: Sequence[CountsResponse]
    password_logins: Sequence[CountsResponse]
    passkey_logins: Sequence[CountsResponse]
    enrolments: Sequence[CountsResponse]
    refusals: Sequence[CountsResponse]
    faults: Sequence[CountsResponse]
    challenges: Sequence[CountsResponse]
    passive_checks: Sequence[CountsResponse]
    requests: Sequence[CountsResponse]
    unavailable: CountsResponse
    queue: CountsResponse
    times: Sequence[TimesResponse]


class FindingResponse(Body):
    """One finding of the doctor; ``trouble``: whether there is something to do, which ``text`` then says.

    ``checked`` is false for what this process does not check.
    """

    name: str
    text: str
    trouble: bool
    checked: bool


class HealthResponse(Body):
    """What the doctor found in this process, at most 15 seconds ago."""

    examined_at: Time
    troubles: int
    findings: Sequence[FindingResponse]

    @classmethod
    def of_report(cls, report: HealthReport) -> Self:
        """The body for a report. A finding without a name belongs to the one before it, and gets its name."""
        findings: list[FindingResponse] = []
        for finding in report.findings:
            name = finding.name or findings[-1].name
            findings.append(
                FindingResponse(name=name, text=finding.text, trouble=finding.trouble, checked=finding.checked)
            )
        troubles = sum(finding.trouble for finding in findings)
        return cls(examined_at=report.examined_at, troubles=troubles, findings=findings)
