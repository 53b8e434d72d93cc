"""`visage client`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db.core.engine import Database
from service.audit.audit import Audit
from service.cli import main
from service.domain.levels import Level
from service.openid.clients import MAX_LOGO, SCOPES, Client, Clients

URI = "https://app.example.org/callback"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://login.example.org")


def client(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["client", *arguments])


def add(*arguments: str) -> Result:
    return client("add", "app", "--redirect-uri", URI, *arguments)


def stored(database: Database) -> Client:
    with database.unit_of_work() as work:
        found = Clients(Audit()).find(work, "app")
    assert found is not None
    return found


def secret_in(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.split()[-1]


def test_it_prints_what_the_application_needs(scratch_database: Database) -> None:
    lines = [line.rsplit(maxsplit=1) for line in add().output.splitlines()]
    assert lines[:2] == [["issuer", "https://login.example.org"], ["client id", "app"]]
    assert stored(scratch_database).has_secret(lines[2][1])


def test_it_has_defaults_that_suit_an_application_of_one_s_own(scratch_database: Database) -> None:
    add()
    found = stored(scratch_database)
    assert (found.name, found.scopes, found.algorithm) == ("app", list(SCOPES), "RS256")
    assert (found.third_party, found.is_public, found.required, found.logo) == (False, False, None, None)


def test_every_option_is_stored(scratch_database: Database, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    options = ["--name", "The App", "--third-party", "--public", "--algorithm", "EdDSA", "--scope", "openid face"]
    places = ["--post-logout-redirect-uri", "https://app.example.org/", "--logo", str(tmp_path / "logo.png")]
    assert "secret" not in add(*options, *places, "--require", "face:challenge+passkey").output
    found = stored(scratch_database)
    assert (found.name, found.scopes, found.algorithm) == ("The App", ["openid", "face"], "EdDSA")
    assert (found.third_party, found.is_public) == (True, True)
    assert found.required is Level.CHALLENGED_FACE_AND_PASSKEY
    assert (found.logout_uris, found.logo) == (["https://app.example.org/"], "data:image/png;base64,iVBORw0KGgo=")


def test_clients_are_listed() -> None:
    add("--require", "face", "--third-party")
    assert client("list").output.split() == ["app", "secret", "third", "party", "face", URI]


def test_a_new_secret_replaces_the_old_one(scratch_database: Database) -> None:
    before = secret_in(add())
    after = secret_in(client("rotate-secret", "app"))
    assert stored(scratch_database).has_secret(after)
    assert not stored(scratch_database).has_secret(before)


def test_a_client_is_removed_after_a_question() -> None:
    add()
    assert CliRunner().invoke(main, ["client", "remove", "app"], input="n\n").exit_code == 1
    assert "app" in client("list").output
    assert client("remove", "app", "--yes").exit_code == 0
    assert client("list").output == ""


def test_what_is_not_there_cannot_be_changed() -> None:
    for result in (client("rotate-secret", "app"), client("remove", "app", "--yes")):
        assert (result.exit_code, "app" in result.output) == (1, True)
    add("--public")
    assert client("rotate-secret", "app").exit_code == 1  # it has none


def test_an_id_is_given_once() -> None:
    add()
    assert add().exit_code == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example.org/callback",
        "https://app.example.org/callback#fragment",
        "https://*.example.org/callback",
        "https://user@app.example.org/",
        "https:///callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "app:/callback",
        "http://[::1",
        "https://app.example.org/a b",
        "https://\u00e4.example.org/",
        "",
    ],
)
def test_an_address_to_which_nobody_can_be_sent_safely_is_refused(address: str) -> None:
    for option in ("--redirect-uri", "--post-logout-redirect-uri"):
        assert add(option, address).exit_code == 1, option


@pytest.mark.parametrize(
    "address", ["http://localhost:3000/callback", "http://127.0.0.1/", "http://[::1]/", "org.example.app:/callback"]
)
def test_addresses_of_the_own_machine_and_of_native_applications_are_taken(address: str) -> None:
    assert add("--redirect-uri", address).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scope", "profile"),
        ("--scope", "openid everything"),
        ("--name", "x" * 81),
        ("--name", "two\nlines"),
    ],
)
def test_values_that_cannot_be_used_are_refused(arguments: tuple[str, ...]) -> None:
    assert add(*arguments).exit_code == 1


@pytest.mark.parametrize("logo", [b"", b"<svg/>", PNG + bytes(MAX_LOGO)])
def test_a_logo_is_a_small_picture(tmp_path: Path, logo: bytes) -> None:
    (tmp_path / "logo").write_bytes(logo)
    assert add("--logo", str(tmp_path / "logo")).exit_code == 1
