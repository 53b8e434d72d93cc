"""One module reads the environment, and every setting is documented."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from embeddings.core.models import SFACE, card
from service.domain.operator_errors import SettingsError
from service.serving.server import LIVENESS_NOTES
from service.settings.model import Settings, variable_name
from service.settings.paths import default_home
from service.settings.reading import read_settings, unknown_settings

ROOT = Path(__file__).parent.parent.parent


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    missing = [name for name in map(variable_name, Settings.model_fields) if f"| `{name}` |" not in documented]
    assert missing == []


def test_the_documents_describe_settings_as_the_code_does() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    described = {variable_name(name): field.description for name, field in Settings.model_fields.items()}
    assert [name for name, words in described.items() if f"| {words} |\n" not in documented] == []


@pytest.mark.parametrize(
    ("chosen", "model_id"),
    [
        ({}, SFACE),
        ({"VISAGE_NETWORKS": "sface", "VISAGE_WEIGHTS": "casia-webface"}, SFACE),
        ({"VISAGE_NETWORKS": "facenet"}, "facenet-casia-webface"),
        ({"VISAGE_NETWORKS": "facenet", "VISAGE_WEIGHTS": "vggface2"}, "facenet-vggface2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_choose_every_model(monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], model_id: str) -> None:
    for variable, value in chosen.items():
        monkeypatch.setenv(variable, value)
    assert read_settings().card == card(model_id)


def test_weights_of_facenet_without_facenet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_WEIGHTS", "vggface2")
    with pytest.raises(SettingsError, match="VISAGE_NETWORKS=facenet"):
        read_settings()


def test_the_start_says_what_every_kind_of_liveness_means() -> None:
    assert set(LIVENESS_NOTES) == set(get_args(Settings.model_fields["liveness"].annotation))


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_variables_override_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    settings = read_settings()
    assert (settings.home, settings.port) == (tmp_path, 9000)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql:///elsewhere"


def test_a_checkout_keeps_its_data_in_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VISAGE_HOME", raising=False)
    assert read_settings().home == tmp_path / "var"


def test_an_installed_command_finds_its_data_from_every_folder(tmp_path: Path) -> None:
    assert default_home(tmp_path) == Path("~/.local/share/visage")


@pytest.mark.parametrize("variable", ["DATABASE_URL", "VISAGE_READ_DATABASE_URL"])
def test_the_address_of_a_database_is_not_shown(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "postgresql://visage:secret@localhost/visage")
    assert "secret" not in repr(read_settings())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VISAGE_PORT", "eighty"),
        ("VISAGE_WEIGHTS", "sesame"),
        ("VISAGE_PUBLIC_URL", "login.example.org"),
        ("VISAGE_CONSENT", "nowhere.json"),
    ],
)
def test_a_bad_value_is_an_error_that_names_the_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as caught:
        read_settings()
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("VISAGE_FPIR", "0.5", "VISAGE_FPIR: must be at most 0.1"),
        ("VISAGE_PORT", "0", "VISAGE_PORT: must be at least 1"),
        ("VISAGE_QUEUE", "many", "VISAGE_QUEUE: must be a whole number"),
        ("VISAGE_SIGNUP", "closed", "VISAGE_SIGNUP: must be 'open' or 'invite'"),
        ("VISAGE_METRICS_TOKEN", "short", "VISAGE_METRICS_TOKEN: must have at least 16 characters"),
    ],
)
def test_a_bad_value_is_an_error_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == said


def test_the_words_of_the_consent_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text('{"version": "ours-1", "texts": {"en": "I agree."}}')
    monkeypatch.setenv("VISAGE_CONSENT", str(tmp_path / "words.json"))
    assert read_settings().consent.wording("en").text == "I agree."


def test_other_origins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_CORS_ORIGINS", "https://App.example.org, http://localhost:3000,http://[::1]:3000")
    assert read_settings().cors_origins == ("https://app.example.org", "http://localhost:3000", "http://[::1]:3000")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://app.example.org:443", "https://app.example.org"),
        ("https://App.example.org:443", "https://app.example.org"),
        ("http://app.example.org:80", "http://app.example.org"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://app.example.org:443", "http://app.example.org:443"),
        ("https://app.example.org:8443", "https://app.example.org:8443"),
    ],
)
def test_the_default_port_of_an_origin_is_removed(monkeypatch: pytest.MonkeyPatch, written: str, sent: str) -> None:
    monkeypatch.setenv("VISAGE_CORS_ORIGINS", written)
    assert read_settings().cors_origins == (sent,)


def test_the_default_port_of_the_public_address_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://login.example.org:443")
    assert read_settings().public_url == "https://login.example.org"


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "null",
        "app.example.org",
        "https://*.example.org",
        "https://app.example.org/",
        "https://app.example.org/login",
        "https://me@app.example.org",
        "ftp://app.example.org",
        "https://app.example.org,",
        "https://app.example.org https://shop.example.org",
    ],
)
def test_an_invalid_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("VISAGE_CORS_ORIGINS", origins)
    with pytest.raises(SettingsError, match="VISAGE_CORS_ORIGINS"):
        read_settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_a_secret_may_be_a_file_that_is_named_like_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "database_url").write_text("postgresql:///elsewhere\n")
    (tmp_path / "visage_metrics_token").write_text("a token of the monitoring\n")
    (tmp_path / "of_somebody_else").write_text("?")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = read_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql:///elsewhere"
    assert settings.metrics_token is not None
    assert settings.metrics_token.get_secret_value() == "a token of the monitoring"


def test_the_environment_wins_over_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "visage_port").write_text("9000")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_settings().port == 9000
    monkeypatch.setenv("VISAGE_PORT", "9001")
    assert read_settings().port == 9001


def test_settings_that_need_each_other_are_an_error_without_a_stack_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_TLS_CERT", "tls.crt")
    with pytest.raises(SettingsError, match="VISAGE_TLS_CERT and VISAGE_TLS_KEY must be set together"):
        read_settings()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("VISAGE_LIVENES", "; did you mean VISAGE_LIVENESS?"),
        ("visage_tls_crt", "; did you mean VISAGE_TLS_CERT?"),
        ("VISAGE_DATABASE_URL", "; did you mean DATABASE_URL?"),
        ("VISAGE_XYZZY", ""),
    ],
)
def test_a_misspelt_variable_is_reported_with_the_setting_that_is_meant(
    written: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(written, "secret")
    assert list(unknown_settings()) == [f"{written} is not a setting of Visage and has no effect{meant}"]


def test_a_misspelt_secret_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    for name in ("visage_metrics_tokn", "visage_metrics_token", "database_url", "of_another_program"):
        (tmp_path / name).write_text("x" * 32)
    (told,) = unknown_settings()
    assert told.endswith("did you mean VISAGE_METRICS_TOKEN?")


def test_no_setting_of_ours_is_called_misspelt(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*map(variable_name, Settings.model_fields), "VISAGE_TEST_CITUS_URL", "visage_port"):
        monkeypatch.setenv(name, "")
    assert list(unknown_settings()) == []


def test_every_command_warns_of_a_misspelt_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = [Path(sys.executable).parent / "visage", "migrate", "--to", "nonsense"]
    environment = {**os.environ, "VISAGE_LIVENES": "challenge"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ": VISAGE_LIVENES is not a setting of Visage" in done.stderr


@pytest.mark.parametrize(("variable", "least"), [("VISAGE_APPLICATION_TOKEN", 32), ("VISAGE_METRICS_TOKEN", 16)])
def test_the_minimal_length_of_a_secret_is_given_in_characters(
    variable: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "short")
    with pytest.raises(SettingsError, match=f"^{variable}: .*must have at least {least} characters$"):
        read_settings()
