"""A required level that no login could reach is refused at start."""

from pathlib import Path

import pytest

from service.domain.levels import Level
from service.domain.operator_errors import SettingsError
from service.settings.model import Settings
from service.settings.reading import read_settings


@pytest.mark.parametrize(
    ("require", "liveness", "level"),
    [
        ("any", "off", None),
        ("pwd", "off", Level.PASSWORD),
        ("face+passkey", "off", Level.FACE_AND_PASSKEY),
        ("face:passive", "passive", Level.PASSIVE_FACE),
        ("face:challenge", "passive", Level.CHALLENGED_FACE),
        ("face:challenge+passkey", "challenge", Level.CHALLENGED_FACE_AND_PASSKEY),
    ],
)
def test_a_level_that_can_be_reached_is_accepted(
    monkeypatch: pytest.MonkeyPatch, require: str, liveness: str, level: Level | None
) -> None:
    monkeypatch.setenv("VISAGE_REQUIRE", require)
    monkeypatch.setenv("VISAGE_LIVENESS", liveness)
    assert read_settings().required_level is level


@pytest.mark.parametrize("require", ["face:passive", "face:challenge", "face:challenge+passkey"])
def test_a_liveness_level_needs_the_check(monkeypatch: pytest.MonkeyPatch, require: str) -> None:
    monkeypatch.setenv("VISAGE_REQUIRE", require)
    with pytest.raises(SettingsError, match="set VISAGE_LIVENESS too"):
        read_settings()


@pytest.mark.parametrize("require", ["passkey", "face+passkey"])
def test_a_passkey_level_needs_a_domain(monkeypatch: pytest.MonkeyPatch, require: str) -> None:
    monkeypatch.setenv("VISAGE_REQUIRE", require)
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://192.0.2.1")
    with pytest.raises(SettingsError, match="needs a domain name"):
        read_settings()


def test_an_unknown_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_REQUIRE", "passkey+face")
    with pytest.raises(SettingsError, match="VISAGE_REQUIRE"):
        read_settings()


def test_nothing_is_required_by_default(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).required_level is None
