"""A gallery and thirty days of history, made for a running service."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np
from sqlalchemy import select, text

from benchmarks.common.gallery import seed_gallery
from db.core.console_models import HistoryValue
from db.core.engine import Database
from db.core.models import FaceTemplate
from db.queries import users
from db.search import templates
from embeddings.core.models import CARDS
from service.gallery.impostors import re_estimate
from service.runtime.metrics import SIMILARITIES

PEOPLE, FIRST = 120, 1000
"""How many people are made, and the number of the first."""

MODEL_ID = CARDS[0].model_id
DAYS = 30

USERS, STRANGERS = (0.72, 0.07, 90), (0.28, 0.09, 25)
"""Scores of logins: mean, deviation, logins a day."""


def make_gallery(database: Database, people: int = PEOPLE) -> None:
    """Enrols people, one of them twice, and estimates how alike they are."""
    seed_gallery(database, CARDS[0], people, first=FIRST)
    add_twin(database, "ada-again", FIRST + 1, 0.93)
    re_estimate(database, MODEL_ID, people)


def add_twin(database: Database, username: str, original: int, cosine: float) -> None:
    """Enrols somebody whose template has this cosine to that of a made person, given by their number."""
    is_original = FaceTemplate.user_id == UUID(int=original)
    with database.unit_of_work() as work:
        vector = work.session.scalars(select(FaceTemplate.embedding).where(is_original)).one()
        user = users.add_user(work.session, username=username, display_name=username, password_hash="*")
        templates.put(work.session, user.id, MODEL_ID, _near(np.asarray(vector), cosine))


def make_history(database: Database) -> None:
    """Writes thirty days of scores, and of an index that grows with the gallery."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = []
    for day in range(DAYS):
        start = today - timedelta(days=DAYS - day)
        values = {
            f"similarity/gallery/{MODEL_ID}/{high}": float(round(_logins(low, high)))
            for low, high in pairwise(SIMILARITIES)
        }
        values |= {
            "index_recall": 0.995 - 0.0006 * day,
            "index_effort": 9.0 + day // 8,
            "index_bytes": float((3 << 20) + (day << 16)),
            f"people/{MODEL_ID}": 8_000.0 + 55 * day,
        }
        rows += [HistoryValue(period="day", start=start, series=name, value=value) for name, value in values.items()]
    with database.unit_of_work() as work:
        work.session.add_all(rows)


def forget(database: Database) -> None:
    """Deletes what does not go with the accounts."""
    with database.unit_of_work() as work:
        work.session.execute(text("TRUNCATE service_history, impostor_levels"))
        work.session.execute(text(f"DROP INDEX IF EXISTS ix_face_templates_{MODEL_ID}"))


def _logins(low: float, high: float) -> float:
    """How many logins of a day have a score in a bucket."""
    return sum(
        logins * (_below(high, mean, deviation) - _below(low, mean, deviation))
        for mean, deviation, logins in (USERS, STRANGERS)
    )


def _below(score: float, mean: float, deviation: float) -> float:
    return 0.5 * (1 + math.erf((score - mean) / (deviation * math.sqrt(2))))


def _near(vector: np.ndarray, cosine: float) -> np.ndarray:
    aside = np.random.default_rng(1).normal(size=vector.shape)
    aside -= (aside @ vector) * vector
    aside /= np.linalg.norm(aside)
    return (cosine * vector + math.sqrt(1 - cosine**2) * aside).astype(np.float32)
