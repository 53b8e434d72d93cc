import numpy as np
import pytest

from benchmarks.evaluation import sign_up_floors
from benchmarks.evaluation.sign_up_floors import agreement_with_half, by_floor
from tests.benchmarks.evaluated import clear, whose


def test_agreement_with_half_is_the_floor_at_which_every_capture_is_like_half_of_the_others() -> None:
    angles = np.radians([0.0, 10.0, 20.0, 90.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    # The last is like two of three others from cos 80 degrees on: 20 and 10 degrees, but not 0.
    assert agreement_with_half(vectors) == pytest.approx(np.cos(np.radians(80)), abs=1e-6)


def test_a_floor_between_people_refuses_strangers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_up_floors, "SIGN_UPS", 50)
    for rows in by_floor(clear(64), whose()).values():
        (row,) = (row for row in rows if row["floor"] == 0.5)
        assert (row["honest_refused"], row["mixed_let_through"]) == (0.0, 0.0)
