"""The history of the service: what each process counts is added up by hour, later by day, in bounded space."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError
from db.queries import history as queries
from embeddings.core.models import CARDS
from service.audit.audit import PasskeyOutcome, PasswordOutcome
from service.domain.decision import Outcome
from service.domain.errors import LivenessReason
from service.gallery.gallery import Gallery
from service.history.history import History
from service.history.recorder import Recorder
from service.history.series import DAYS_KEPT, HOURS_KEPT, MOST_SERIES, RULES, SERIES, name, totals_of
from service.http.error_table import TABLE
from service.liveness.challenges import Purpose
from service.runtime.metrics import LOGIN_SECONDS, SIMILARITIES, Compared, Metrics, Way
from service.settings.model import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hours(database: Database) -> Mapping[str, float]:
    """The values of all hours, added up."""
    found: dict[str, float] = {}
    with database.unit_of_work() as work:
        for value in queries.read(work.session, "hour", NOON - 9_999 * DAY, NOON + 9_999 * DAY, RULES):
            found[value.series] = found.get(value.series, 0.0) + value.value
    return found


def put(database: Database, period: str, start: datetime, series: str, value: float) -> None:
    with database.unit_of_work() as work:
        work.session.execute(
            text(
                "INSERT INTO service_history (period, start, series, value) VALUES (:period, :start, :series, :value)"
            ),
            {"period": period, "start": start, "series": series, "value": value},
        )


def rows(database: Database, period: str) -> list[tuple[datetime, str, float]]:
    with database.unit_of_work() as work:
        found = work.session.execute(
            text("SELECT start, series, value FROM service_history WHERE period = :period ORDER BY start, series"),
            {"period": period},
        )
        return [tuple(row) for row in found]


def roll_up(database: Database, hours: int = HOURS_KEPT, days: int = DAYS_KEPT) -> None:
    with database.unit_of_work() as work:
        queries.roll_up(work.session, RULES, hours=hours, days=days)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


class TestRecording:
    def test_only_what_was_counted_since_the_last_record_is_added(self, database: Database, metrics: Metrics) -> None:
        recorder = Recorder(database, metrics)
        for _ in range(2):
            metrics.face_login("gallery", Outcome.MATCHED)
            recorder.record()
        recorder.record()
        assert hours(database) == {"face_logins/gallery/matched": 2}

    def test_a_time_is_in_the_one_bucket_that_it_belongs_to(self, database: Database, metrics: Metrics) -> None:
        for seconds in (0.022, 0.024, 0.3, 99.0):
            metrics.login_seconds("face", seconds)
        Recorder(database, metrics).record()
        assert hours(database) == {
            "login_seconds/face/0.025": 2,
            "login_seconds/face/0.5": 1,
            "login_seconds/face/+Inf": 1,
        }

    def test_requests_are_counted_by_class_of_status_alone(self, database: Database, metrics: Metrics) -> None:
        for status in (200, 201, 404, 429, 503):
            metrics.request("/here", "GET", status, 0.01)
        Recorder(database, metrics).record()
        assert hours(database) == {"requests/2xx": 2, "requests/4xx": 2, "requests/5xx": 1, "unavailable": 1}

    def test_a_short_queue_between_two_records_is_seen(self, database: Database, metrics: Metrics) -> None:
        recorder = Recorder(database, metrics)
        for waiting in (1, 7, 0):
            metrics.admission(waiting, slots=2)
        recorder.record()
        metrics.admission(3, slots=1)
        recorder.record()
        assert hours(database) == {"queue": 7, "slots": 2}

    def test_a_queue_that_lasts_is_in_the_next_record_too(self, metrics: Metrics) -> None:
        metrics.admission(4, slots=2)
        assert metrics.take_peaks() == metrics.take_peaks() == (4, 2)

    def test_while_the_database_is_away_nothing_is_lost(self, database: Database, metrics: Metrics) -> None:
        recorder = Recorder(create_database("postgresql://visage@127.0.0.1:1/nowhere"), metrics)
        metrics.face_login("gallery", Outcome.MATCHED)
        metrics.admission(5, slots=2)
        metrics.admission(0, slots=0)
        with pytest.raises(DatabaseUnavailableError):
            recorder.record()
        recorder._database = database
        metrics.face_login("gallery", Outcome.MATCHED)
        recorder.record()
        assert hours(database) == {"face_logins/gallery/matched": 2, "queue": 5, "slots": 2}

    def test_a_stop_records_the_rest_and_survives_a_database_that_is_away(
        self, database: Database, metrics: Metrics
    ) -> None:
        metrics.face_login("gallery", Outcome.UNKNOWN)
        recorder = Recorder(database, metrics)
        recorder.stop()
        assert hours(database) == {"face_logins/gallery/unknown": 1}
        metrics.face_login("gallery", Outcome.UNKNOWN)
        Recorder(create_database("postgresql://visage@127.0.0.1:1/nowhere"), metrics).stop()

    def test_two_processes_that_record_at_once_are_added_up(self, scratch_database: Database) -> None:
        rounds, processes = 20, 4

        def work(number: int) -> None:
            metrics = Metrics()
            recorder = Recorder(scratch_database, metrics)
            for turn in range(rounds):
                for outcome in sorted(Outcome, reverse=bool(number % 2)):
                    metrics.face_login("gallery", outcome)
                metrics.admission(number * rounds + turn, slots=1)
                recorder.record()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = rows(scratch_database, "hour")
        for outcome in Outcome:
            series = f"face_logins/gallery/{outcome}"
            assert sum(value for _, one, value in found if one == series) == rounds * processes
        assert max(value for _, one, value in found if one == "queue") == processes * rounds - 1

    def test_the_metrics_of_a_request_are_all_counted_by_name(self, metrics: Metrics) -> None:
        """Fails if a metric is renamed and its series is not."""
        metrics.request("/here", "GET", 503, 0.01)
        metrics.error("busy")
        metrics.password_login("matched")
        metrics.passkey_login("matched")
        metrics.enrolment("sign_up")
        metrics.face_login("person", "matched")
        metrics.challenge("login", "passed")
        metrics.passive("login", "passed")
        metrics.login_seconds("face", 0.02)
        metrics.similarity("gallery", "sface", 0.7)
        families = {series.partition("/")[0] for series in totals_of(metrics.own_samples())}
        assert families == {one.family for one in SERIES if one.metric is not None}


class TestRollingUp:
    def test_each_series_becomes_a_day_by_its_rule(self, database: Database) -> None:
        for hour, value in enumerate((3.0, 5.0, 1.0)):
            for series in ("errors/busy", "queue", "people/sface"):
                put(database, "hour", NOON + hour * HOUR, series, value)
        put(database, "hour", NOON + DAY, "errors/busy", 1)
        roll_up(database, hours=1)
        midnight = NOON.replace(hour=0)
        assert rows(database, "day") == [
            (midnight, "errors/busy", 9),
            (midnight, "people/sface", 1),
            (midnight, "queue", 5),
        ]
        assert rows(database, "hour") == [(NOON + DAY, "errors/busy", 1)]

    def test_hours_that_come_late_join_their_day(self, database: Database) -> None:
        midnight = NOON.replace(hour=0)
        for series, value in (("errors/busy", 2), ("queue", 9), ("people/sface", 1)):
            put(database, "day", midnight, series, value)
            put(database, "hour", NOON, series, 5)
            put(database, "hour", NOON + DAY, series, 1)
        roll_up(database, hours=1)
        assert [value for _, _, value in rows(database, "day")] == [7, 5, 9]

    def test_days_are_read_from_hours_until_these_are_rolled_up(self, database: Database) -> None:
        for hour in range(0, 72, 6):
            for series in ("errors/busy", "queue", "people/sface"):
                put(database, "hour", NOON.replace(hour=0) + hour * HOUR, series, hour)

        def days() -> list[queries.Value]:
            with database.unit_of_work() as work:
                return queries.read(work.session, "day", NOON - 9 * DAY, NOON + 9 * DAY, RULES)

        before = days()
        assert len(before) == 9
        roll_up(database, hours=1)
        assert len(rows(database, "day")) == 6
        assert days() == before

    def test_steps_are_combined_by_each_rule_from_hours_and_days(self, database: Database) -> None:
        midnight = NOON.replace(hour=0)
        for series in ("errors/busy", "queue", "people/sface"):
            put(database, "day", midnight - DAY, series, 7)
            for hour, value in ((0, 3), (5, 1), (25, 4)):
                put(database, "hour", midnight + hour * HOUR, series, value)

        def steps(since: datetime, count: int, step: timedelta) -> dict[str, list[tuple[int, float]]]:
            with database.unit_of_work() as work:
                found = queries.read_steps(work.session, since, count, step, ["errors", "queue", "people"], RULES)
            return {one.series: sorted(zip(one.places, one.values, strict=True)) for one in found}

        assert steps(midnight - DAY, 3, DAY) == {
            "errors/busy": [(0, 7), (1, 4), (2, 4)],
            "queue": [(0, 7), (1, 3), (2, 4)],
            "people/sface": [(0, 7), (1, 1), (2, 4)],
        }
        assert steps(midnight, 6, 4 * HOUR)["errors/busy"] == [(0, 3), (1, 1)]

    def test_as_many_hours_and_days_stay_as_are_kept(self, database: Database) -> None:
        for day in range(10):
            for hour in range(24):
                put(database, "hour", NOON.replace(hour=0) + day * DAY + hour * HOUR, "errors/busy", 1)
        roll_up(database, hours=48, days=3)
        assert len(rows(database, "hour")) == 48
        assert [start for start, _, _ in rows(database, "day")] == [
            NOON.replace(hour=0) + day * DAY for day in (5, 6, 7)
        ]

    def test_a_clock_that_jumps_deletes_nothing(self, database: Database) -> None:
        put(database, "hour", NOON, "errors/busy", 1)
        put(database, "hour", NOON + 9_000 * DAY, "errors/busy", 1)
        roll_up(database)
        assert len(rows(database, "hour")) == 2

    def test_two_at_once_do_not_count_twice(self, scratch_database: Database) -> None:
        for hour in range(24):
            put(scratch_database, "hour", NOON.replace(hour=0) + hour * HOUR, "errors/busy", 1)
        put(scratch_database, "hour", NOON + DAY, "errors/busy", 1)
        threads = [threading.Thread(target=roll_up, args=(scratch_database, 1)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert rows(scratch_database, "day") == [(NOON.replace(hour=0), "errors/busy", 24)]


class TestBounds:
    def test_the_number_of_series_is_bounded(self) -> None:
        """All series that the vocabularies allow."""
        purposes, models = len(Purpose), len(CARDS)
        allowed = {
            "face_logins": len(get_args(Compared)) * len(Outcome),
            "password_logins": len(PasswordOutcome),
            "passkey_logins": len(PasskeyOutcome) + 1,
            "enrolments": 2,
            "errors": len(TABLE),
            "challenges": purposes * (len(LivenessReason) + 1),
            "passive_checks": purposes * 2,
            "requests": 5,
            "unavailable": 1,
            "login_seconds": len(get_args(Way)) * (len(LOGIN_SECONDS) + 1),
            "similarity": len(get_args(Compared)) * models * (len(SIMILARITIES) + 1),
            "queue": 1,
            "slots": 1,
            "people": models,
            "index_recall": 1,
            "index_effort": 1,
            "index_bytes": 1,
            "index_trained_rows": 1,
        }
        assert set(allowed) == {one.family for one in SERIES}
        assert sum(allowed.values()) <= MOST_SERIES

    def test_the_longest_name_fits(self) -> None:
        codes = [name("errors", code) for code in TABLE]
        cosines = [name("similarity", "gallery", card.model_id, "-0.15") for card in CARDS]
        assert max(map(len, codes + cosines)) <= 200


def test_the_gallery_is_noted_by_the_upkeep(database: Database) -> None:
    gallery = Gallery(database, [CARDS[0]], Settings().budget)
    with database.unit_of_work() as work:
        History(gallery).note_gallery(work)
        History(gallery).note_gallery(work)
    assert hours(database) == {"people/sface": 0}
