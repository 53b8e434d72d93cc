"""The doctor's report on the database, the data folder and the settings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db.core.engine import Database
from db.core.index_form import IndexForm, Method
from db.search.index import MIN_ROWS
from db.search.index_comment import IndexComment, Tuning
from db.search.index_status import IndexStatus
from db.server.health import Health
from db.server.migrate import downgrade, head
from service.cli import main
from service.doctor import database as database_doctor
from service.doctor.database import examine_index, examine_server
from service.doctor.exposure import examine_exposure
from service.doctor.finding import Finding
from service.doctor.folder import examine_folder, examine_networks
from service.settings.model import WILDCARD_HOSTS, Settings
from tests.fakes import MODEL_ID
from tests.running_service import MODELS

NOW = datetime.now(UTC)
HEALTHY = Health("18.4", "0.8.5", head(), head(), 1 << 20, NOW)
TUNED = IndexStatus(
    MODEL_ID,
    "ix",
    5_000,
    IndexForm(512, Method("ivfflat")),
    70,
    IndexComment(5_000, NOW, Tuning(8, 0.99, 200, 5_000, NOW)),
)


def exposure(**settings: Any) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine_exposure(Settings(**settings))}


def test_a_service_for_this_machine_alone_is_fine() -> None:
    report = exposure()
    assert "only from this machine" in report["address"].text
    assert not any(finding.trouble for finding in report.values())


@pytest.mark.parametrize(
    "settings", [{"host": WILDCARD_HOSTS[0]}, {"host": "10.0.0.5"}, {"public_url": "http://x.org"}]
)
def test_a_service_that_others_reach_without_tls_is_trouble(settings: dict[str, str]) -> None:
    finding = exposure(**settings)["address"]
    assert finding.trouble
    assert "VISAGE_TLS_CERT" in finding.text


def test_a_certificate_or_a_proxy_with_tls_is_fine() -> None:
    assert not exposure(host=WILDCARD_HOSTS[0], tls_cert="tls.crt", tls_key="tls.key")["address"].trouble
    assert not exposure(public_url="https://login.example.org")["address"].trouble


def test_a_proxy_that_is_not_trusted_makes_one_client_of_everybody() -> None:
    assert exposure(public_url="https://login.example.org")["proxies"].trouble
    assert not exposure(public_url="https://login.example.org", trusted_proxies="127.0.0.1")["proxies"].trouble


def test_the_finding_on_sign_up_says_who_can_sign_up() -> None:
    assert "anyone who can reach" in exposure()["sign-up"].text
    assert "invitation" in exposure(signup="invite")["sign-up"].text


def test_the_finding_on_liveness_says_whether_a_photograph_can_log_in() -> None:
    assert "photograph" in exposure()["liveness"].text
    assert "photograph" not in exposure(liveness="challenge")["liveness"].text


def test_a_reachable_service_without_limits_is_trouble() -> None:
    assert exposure(limits="off", public_url="https://login.example.org")["limits"].trouble
    assert not exposure(limits="off")["limits"].trouble


def folder(home: Path) -> dict[str, Finding]:
    settings = Settings(home=home, models=MODELS, networks="facenet")
    return {finding.name: finding for finding in examine_folder(settings)}


def test_folders_that_others_may_look_into_are_trouble(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "signing.pem").touch(mode=0o600)
    assert not folder(tmp_path)["keys"].trouble
    (tmp_path / "keys" / "signing.pem").chmod(0o640)
    assert "signing.pem" in folder(tmp_path)["keys"].text
    assert folder(tmp_path)["keys"].trouble


def test_little_room_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "GiB free" in folder(tmp_path)["disk"].text
    monkeypatch.setattr("service.doctor.folder.LEAST_FREE_SHARE", 1.0)
    assert folder(tmp_path)["disk"].trouble


def test_a_network_that_is_damaged_is_trouble(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, networks="facenet")
    (network,) = examine_networks(settings)
    assert network.trouble
    assert "visage prepare" in network.text


def test_the_network_of_the_passive_check_is_examined_too(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, liveness="passive")
    texts = [finding.text for finding in examine_networks(settings)]
    assert [text.partition(":")[0] for text in texts] == ["sface", "minifasnet"]


def server(monkeypatch: pytest.MonkeyPatch, database: Database, **changes: Any) -> dict[str, Finding]:
    monkeypatch.setattr(database_doctor, "health", lambda _: replace(HEALTHY, **changes))
    findings, _ = examine_server(database, embedded=True)
    return {finding.name: finding for finding in findings}


def test_a_server_is_asked_how_it_is(scratch_database: Database) -> None:
    findings, migrated = examine_server(scratch_database, embedded=False)
    assert migrated
    assert not any(finding.trouble for finding in findings)
    assert "DATABASE_URL" in findings[0].text


def test_an_old_schema_is_trouble(scratch_database: Database, scratch_url: str) -> None:
    downgrade(scratch_url, "0003")
    findings, migrated = examine_server(scratch_database, embedded=False)
    assert not migrated
    assert [finding.name for finding in findings if finding.trouble] == ["schema"]


@pytest.mark.parametrize(("seconds", "word"), [(60, "ahead"), (-60, "behind")])
def test_clocks_that_disagree_are_trouble(
    monkeypatch: pytest.MonkeyPatch, database: Database, seconds: int, word: str
) -> None:
    finding = server(monkeypatch, database, at=datetime.now(UTC) + timedelta(seconds=seconds))["clock"]
    assert finding.trouble
    assert word in finding.text


def test_a_missing_extension_is_trouble(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    finding = server(monkeypatch, database, pgvector=None)["pgvector"]
    assert finding.trouble
    assert "CREATE EXTENSION vector" in finding.text
    assert "postgresql-18-pgvector" in finding.text


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (IndexStatus(MODEL_ID, "ix", 10), False),
        (IndexStatus(MODEL_ID, "ix", MIN_ROWS), True),
        (TUNED, False),
        (replace(TUNED, comment=IndexComment(5_000, NOW, Tuning(8, 0.9, 200, 5_000, NOW))), True),
        (replace(TUNED, comment=IndexComment(5_000, NOW)), False),
    ],
)
def test_an_index_that_is_missing_or_finds_too_few_is_trouble(status: IndexStatus, trouble: bool) -> None:
    (finding,) = examine_index(status)
    assert finding.trouble is trouble


@pytest.mark.parametrize(("host", "status", "mark"), [("127.0.0.1", 0, " "), (WILDCARD_HOSTS[0], 1, "!")])
def test_the_command_ends_with_1_where_there_is_something_to_do(
    scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, status: int, mark: str
) -> None:
    for name, value in {
        "DATABASE_URL": scratch_url,
        "VISAGE_HOME": str(tmp_path),
        "VISAGE_MODELS": str(MODELS),
        "VISAGE_HOST": host,
    }.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["doctor"])
    assert f"{mark} address " in done.output
    assert done.output.splitlines()[-1] == ("1 thing to fix, marked !" if status else "Nothing to fix.")
    assert "cut-off" in done.output
    assert done.exit_code == status
