"""The series of the history: what the service counts by hour and day.

The name of a series is its family, and after slashes the values of its labels: ``face_logins/gallery/matched``. Labels
have fixed vocabularies, defined in this program; none holds anything that a client chose. So the number of series has a
bound, and with it the table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client.samples import Sample

from db.queries.history import Rules

HOURS_KEPT = 35 * 24
"""Hours that are kept as hours: 35 days, so that a month is there with some days before it."""

DAYS_KEPT = 730
"""Days that are kept after that: two years."""

MOST_SERIES = 400
"""A bound for the number of series: 80 error codes, 72 buckets of time, 156 of similarity (three models) and some 60
others. The table so has at most 400 x (840 + 23 + 730) rows, 640,000. A service with one model and some traffic fills
about a tenth."""


class Combined(StrEnum):
    """How values of one series combine: those of several processes in an hour, and those of several hours in a day."""

    SUM = "sum"
    LARGEST = "largest"
    LATEST = "latest"


@dataclass(frozen=True)
class Series:
    """A family of series.

    Attributes:
        family: the first part of the names.
        combined: how values combine.
        meaning: what is counted, with its unit.
        metric: the sample of the process's metrics that is counted; None if the value comes from elsewhere.
        labels: the labels that follow the family in the name; ``le`` is a bucket.
        rename: makes the rest of the name from the labels' values, or None if they are not counted.
    """

    family: str
    combined: Combined
    meaning: str
    metric: str | None = None
    labels: Sequence[str] = ()
    rename: Callable[[Sequence[str]], Sequence[str] | None] = lambda values: values

    def name_of(self, labels: Mapping[str, str]) -> str | None:
        """Returns the name of the series of a sample with these labels; None if it is not counted."""
        values = self.rename([labels[label] for label in self.labels])
        return None if values is None else name(self.family, *values)


def name(family: str, *labels: str) -> str:
    """Returns the name of a series."""
    return "/".join([family, *labels])


def _class_of_status(labels: Sequence[str]) -> Sequence[str]:
    return [f"{labels[0][0]}xx"]


def _only_503(labels: Sequence[str]) -> Sequence[str] | None:
    return [] if labels[0] == "503" else None


_SUM, _LARGEST, _LATEST = Combined.SUM, Combined.LARGEST, Combined.LATEST

SERIES = (
    Series(
        "face_logins",
        _SUM,
        "face logins by what the face was compared with and by outcome",
        "visage_face_logins_total",
        ("compared", "outcome"),
    ),
    Series("password_logins", _SUM, "password logins by outcome", "visage_password_logins_total", ("outcome",)),
    Series("passkey_logins", _SUM, "passkey logins by outcome", "visage_passkey_logins_total", ("outcome",)),
    Series("enrolments", _SUM, "sign-ups and re-enrolments", "visage_enrolments_total", ("kind",)),
    Series("errors", _SUM, "error answers by code", "visage_errors_total", ("code",)),
    Series("challenges", _SUM, "replies to challenges by outcome", "visage_challenges_total", ("purpose", "outcome")),
    Series(
        "passive_checks",
        _SUM,
        "passive liveness checks by outcome",
        "visage_passive_checks_total",
        ("purpose", "outcome"),
    ),
    Series("requests", _SUM, "requests by class of status", "visage_requests_total", ("status",), _class_of_status),
    Series("unavailable", _SUM, "requests answered 503", "visage_requests_total", ("status",), _only_503),
    Series(
        "login_seconds",
        _SUM,
        "logins that were not refused, by way and by the upper bound in seconds of their time",
        "visage_login_seconds_bucket",
        ("way", "le"),
    ),
    Series(
        "similarity",
        _SUM,
        "face logins by model and by the upper bound of their best cosine",
        "visage_similarity_bucket",
        ("compared", "model", "le"),
    ),
    Series("queue", _LARGEST, "the most requests that waited for a slot in one process"),
    Series("slots", _LARGEST, "the most requests that held a slot in one process"),
    Series("people", _LATEST, "people enrolled, by model"),
    Series("index_recall", _LATEST, "share of searches in which the index finds what an exact search does"),
    Series("index_effort", _LATEST, "lists probed, or ef_search"),
    Series("index_bytes", _LATEST, "bytes of the index"),
    Series("index_trained_rows", _LATEST, "templates at the index's build"),
)

RULES = Rules(
    largest=[one.family for one in SERIES if one.combined is Combined.LARGEST],
    latest=[one.family for one in SERIES if one.combined is Combined.LATEST],
)

QUEUE, SLOTS, PEOPLE = "queue", "slots", "people"
RECALL, EFFORT, BYTES, TRAINED_ROWS = "index_recall", "index_effort", "index_bytes", "index_trained_rows"
"""The families that do not come from the process's counters."""

SIMILARITY = "similarity"
"""The family of the best cosines of logins."""

BUCKET = "le"


def totals_of(samples: Iterable[Sample]) -> dict[str, float]:
    """Returns what a process has counted in all, by series. Each bucket counts only what is in no smaller one."""
    families: dict[str, list[Series]] = {}
    for one in SERIES:
        if one.metric is not None:
            families.setdefault(one.metric, []).append(one)
    totals: dict[str, float] = {}
    below: dict[tuple[str, ...], float] = {}
    for sample in samples:
        for one in families.get(sample.name, ()):
            value = sample.value
            if BUCKET in one.labels:
                histogram = (one.family, *(sample.labels[label] for label in one.labels if label != BUCKET))
                value, below[histogram] = value - below.get(histogram, 0.0), value
            found = one.name_of(sample.labels)
            if found is not None and value:
                totals[found] = totals.get(found, 0.0) + value
    return totals
