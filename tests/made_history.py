"""Thirty days of made history, with an attack and a fault in it, for tests and demonstrations.

The figures follow a small company: a hundred logins an hour in the daytime of workdays, few at night. They are the same
each time. In one night somebody shows strangers' faces to the camera by the thousand, until the limits refuse them. One
afternoon the database is slow for an hour and the service answers 503.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from db.core.engine import Database

DAYS = 30
SEED = 20

ATTACK_DAYS_AGO, ATTACK_HOURS = 9, (1, 2, 3)
"""The attack: the night of that many days ago, hours in UTC."""

FAULT_DAYS_AGO, FAULT_HOUR = 4, 14
"""The fault: the afternoon of that many days ago."""

QUICK = {"0.015": 0.05, "0.02": 0.3, "0.025": 0.35, "0.03": 0.15, "0.04": 0.08, "0.05": 0.04, "0.1": 0.02, "0.25": 0.01}
SLOW = {"0.5": 0.2, "1.0": 0.3, "2.5": 0.4, "5.0": 0.1}
"""The shares of logins by the bucket of their time."""

PASSWORD_TIMES = {"0.1": 0.7, "0.15": 0.25, "0.25": 0.05}


@dataclass(frozen=True)
class MadeHour:
    """The values of one hour, by series."""

    start: datetime
    values: Mapping[str, float]


def made_history(now: datetime) -> Iterator[MadeHour]:
    """Yields the hours of thirty days until the hour before ``now``."""
    chance = random.Random(SEED)  # noqa: S311 (made figures)
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for back in range(24 * DAYS, 0, -1):
        start = last - timedelta(hours=back)
        yield MadeHour(start, {series: value for series, value in _hour(start, last, chance).items() if value})


def fill(database: Database, now: datetime) -> None:
    """Writes the history into a database, in place of the one that it has."""
    rows = [
        {"start": hour.start, "series": series, "value": value}
        for hour in made_history(now)
        for series, value in hour.values.items()
    ]
    with database.unit_of_work() as work:
        work.session.execute(text("DELETE FROM service_history"))
        work.session.execute(
            text("INSERT INTO service_history (period, start, series, value) VALUES ('hour', :start, :series, :value)"),
            rows,
        )


def is_attack(start: datetime, now: datetime) -> bool:
    """Whether the attack was on in the hour that began then."""
    return start.date() == (now - timedelta(days=ATTACK_DAYS_AGO)).date() and start.hour in ATTACK_HOURS


def is_fault(start: datetime, now: datetime) -> bool:
    """Whether the fault was on in the hour that began then."""
    return start.date() == (now - timedelta(days=FAULT_DAYS_AGO)).date() and start.hour == FAULT_HOUR


def _hour(start: datetime, now: datetime, chance: random.Random) -> dict[str, float]:
    workday = 1.0 if start.weekday() < 5 else 0.15
    people = round(100 * workday * math.exp(-(((start.hour - 9) / 4) ** 2)) + 2 + chance.random() * 4)
    strangers = chance.randrange(3) + people // 40
    guesses = 2_400 if is_attack(start, now) else 0
    fault = is_fault(start, now)
    sign_ups = chance.randrange(3) if 8 <= start.hour < 17 else 0
    passwords, passkeys = people // 6, people // 9
    unavailable = people * 2 if fault else 0
    faces = people + strangers + guesses
    values: dict[str, float] = {
        "face_logins/gallery/matched": people,
        "face_logins/gallery/unknown": strangers + guesses,
        "face_logins/gallery/ambiguous": int(chance.random() < 0.02),
        "face_logins/person/matched": people // 20,
        "password_logins/matched": passwords,
        "password_logins/wrong_password": passwords // 8,
        "passkey_logins/matched": passkeys,
        "enrolments/sign_up": sign_ups,
        "challenges/login/passed": passkeys,
        "challenges/login/prompt_not_performed": passkeys // 6,
        "challenges/login/not_live": 40 if guesses else 0,
        "errors/face_too_dark": people // 25,
        "errors/face_too_small": people // 30,
        "errors/face_blurred": people // 35,
        "errors/no_face": people // 20,
        "errors/wrong_credentials": passwords // 8,
        "errors/too_many_requests": 3_100 if guesses else 0,
        "errors/database_unavailable": unavailable,
        "errors/busy": 35 if fault else 0,
        "requests/2xx": faces * 4 + passwords * 3,
        "requests/4xx": people // 8 + (3_100 if guesses else 0),
        "requests/5xx": unavailable + (35 if fault else 0),
        "unavailable": unavailable + (35 if fault else 0),
        "queue": 7 if fault else int(people > 90),
        "slots": 3 if fault else min(2, people),
        "people/sface": 812 + (start.toordinal() - now.toordinal()) * 2,
    }
    values |= _times("face", faces, SLOW if fault else QUICK)
    values |= _times("password", passwords, SLOW if fault else PASSWORD_TIMES)
    return values


def _times(way: str, logins: int, shares: Mapping[str, float]) -> dict[str, float]:
    """Distributes logins over the buckets; the first takes what rounding leaves."""
    counts = {bucket: math.floor(logins * share) for bucket, share in shares.items()}
    first = next(iter(counts))
    counts[first] += logins - sum(counts.values())
    return {f"login_seconds/{way}/{bucket}": count for bucket, count in counts.items()}
