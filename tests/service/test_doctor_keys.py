"""The doctor's report on keys, the certificate and retention."""

from datetime import timedelta
from pathlib import Path

import pytest

from db.core.engine import Database
from service.audit.audit import Audit, Event
from service.doctor import retention
from service.doctor.finding import Finding
from service.doctor.keys import examine_keys, examine_signing_keys
from service.doctor.retention import examine_retention
from service.images.keys import cipher_of
from service.keys.folder import open_keys
from service.settings.model import Settings
from tests.certificate import self_signed


def keys(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in (examine_signing_keys(settings), *examine_keys(settings))}


def test_before_the_first_start_there_are_none_and_none_is_made(settings: Settings) -> None:
    assert not any(finding.trouble for finding in keys(settings).values())
    assert list(settings.home.iterdir()) == []


def test_keys_that_can_be_read_are_fine(settings: Settings) -> None:
    open_keys(settings.home / "keys", settings.access_lifetime, "EdDSA")
    found = cipher_of(settings)().newest.id.hex()
    report = keys(settings)
    assert not any(finding.trouble for finding in report.values())
    assert found in report["image keys"].text


def test_keys_that_cannot_be_read_are_trouble(settings: Settings) -> None:
    (settings.home / "keys").mkdir()
    (settings.home / "keys" / "signing.pem").write_text("damaged")
    settings.image_keys_path.write_text("damaged")
    report = keys(settings)
    assert report["signing keys"].trouble
    assert report["image keys"].trouble


def test_a_lost_file_of_image_keys_is_trouble_and_not_made_anew(settings: Settings) -> None:
    sealed = cipher_of(settings)().seal(b"image", "user/enrolment/1.jpg")
    settings.image_keys_path.unlink()
    folder = settings.images_folder / "user" / "enrolment"
    folder.mkdir(parents=True)
    (folder / "1.jpg").write_bytes(sealed)
    assert "restore it" in keys(settings)["image keys"].text
    assert not settings.image_keys_path.exists()


def test_a_certificate_that_expires_soon_or_does_not_fit_is_trouble(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)  # valid for a day
    with_tls = settings.model_copy(update={"tls_cert": certificate, "tls_key": key})
    assert "renew it" in keys(with_tls)["certificate"].text
    monkeypatch.setattr("service.doctor.keys.RENEW", timedelta(hours=1))
    assert not keys(with_tls)["certificate"].trouble
    key.write_text("damaged")
    assert "cannot be served" in keys(with_tls)["certificate"].text


@pytest.mark.parametrize(("mode", "trouble"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_key_file_that_every_user_may_read_is_trouble(
    settings: Settings, tmp_path: Path, mode: int, trouble: bool
) -> None:
    path = tmp_path / "images.keys"
    cipher_of(settings)
    settings.image_keys_path.rename(path)
    path.chmod(mode)
    assert ("key file" in keys(settings.model_copy(update={"image_key_file": path}))) is trouble


def test_retention_that_is_asked_for_and_not_run_is_trouble(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not examine_retention(database, settings).trouble
    asked = settings.model_copy(update={"inactive_days": 365})
    assert "never run" in examine_retention(database, asked).text
    with database.unit_of_work() as work:
        Audit().record(work, Event.RETENTION)
    assert not examine_retention(database, asked).trouble
    monkeypatch.setattr(retention, "OVERDUE", timedelta(0))
    assert examine_retention(database, asked).trouble
