"""The fit recovers the known spread of synthetic people."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy import synthetic_fit
from benchmarks.accuracy.sample import Sample
from benchmarks.accuracy.synthetic_fit import fit, genuine_off, impostors_off, measured
from benchmarks.common.synthetic import Shape, SyntheticPeople
from embeddings.core.models import card

SFACE = card("sface")
PEOPLE, PHOTOGRAPHS = 1_000, 4
FALLING = tuple(0.9**axis * 0.06 for axis in range(128))
KNOWN = Shape(0.3, FALLING, tuple(0.5 * one for one in FALLING), 0.0, 1, 0.0)


@pytest.fixture(scope="module")
def sample() -> Sample:
    captures = SyntheticPeople(SFACE, shape=KNOWN).draw(PEOPLE, PHOTOGRAPHS).captures
    return Sample("drawn", captures.reshape(-1, 128), np.repeat(np.arange(PEOPLE), PHOTOGRAPHS))


def test_variances_and_the_mean_are_found_again(sample: Sample) -> None:
    found = measured(sample)
    scale = 0.3**2 + sum(KNOWN.person) + sum(KNOWN.capture)  # vectors are normalised to unit length
    assert found.mean**2 == pytest.approx(0.3**2 / scale, rel=0.1)
    assert sum(found.person) == pytest.approx(sum(KNOWN.person) / scale, rel=0.05)
    assert sum(found.capture) == pytest.approx(sum(KNOWN.capture) / scale, rel=0.05)
    assert found.person[:5] == pytest.approx([one / scale for one in KNOWN.person[:5]], rel=0.25)
    assert list(found.person) == sorted(found.person, reverse=True)


def test_unevenness_and_groups_are_the_nearest_of_what_is_tried(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic_fit, "ENROLLED", 600)
    monkeypatch.setattr(synthetic_fit, "PROBES", 200)
    monkeypatch.setattr(synthetic_fit, "UNEVENNESS", (0.0, 0.3))
    monkeypatch.setattr(synthetic_fit, "GROUPS", (10,))
    monkeypatch.setattr(synthetic_fit, "RESEMBLANCE", (0.0, 0.3))
    found = fit(sample, SFACE)
    tried = [replace(found, unevenness=spread, groups=1, resemblance=0.0) for spread in (0.0, 0.3)]
    assert found.unevenness == min(tried, key=lambda one: genuine_off(one, SFACE)).unevenness
    shares = [replace(found, resemblance=share) for share in (0.0, 0.3)]
    assert found == min(shares, key=lambda one: impostors_off(one, SFACE))
