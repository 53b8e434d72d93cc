"""`visage client`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import AuditEvent
from db.core.openid_models import OpenidClient
from service.audit.audit import Audit
from service.cli import main
from service.domain.levels import Level
from service.openid.clients import Client, Clients

REDIRECT_URI = "https://app.example.org/callback"


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://login.example.org")


def client(*arguments: str, **options: str) -> Result:
    return CliRunner().invoke(main, ["client", *arguments], **options)  # type: ignore[arg-type]


def add(client_id: str = "app", *arguments: str, redirect_uri: str = REDIRECT_URI) -> Result:
    return client("add", client_id, "--redirect-uri", redirect_uri, *arguments)


def secret_in(result: Result) -> str:
    return result.output.splitlines()[-1].removeprefix("client secret").strip()


def stored(database: Database, client_id: str = "app") -> Client:
    with database.unit_of_work() as work:
        found = Clients(Audit()).find(work, client_id)
    assert found is not None
    return found


def test_it_prints_what_an_application_needs(scratch_database: Database) -> None:
    result = add("app", "--name", "The App")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:2] == ["issuer         https://login.example.org", "client id      app"]
    found = stored(scratch_database)
    assert found.name == "The App"
    assert found.has_secret(secret_in(result))
    assert not found.has_secret("another")


def test_the_secret_is_not_stored(scratch_database: Database) -> None:
    secret = secret_in(add())
    with scratch_database.unit_of_work() as work:
        row = work.session.scalars(select(OpenidClient)).one()
        assert secret not in json.dumps({name: str(value) for name, value in vars(row).items()})


def test_a_public_client_gets_no_secret(scratch_database: Database) -> None:
    result = add("spa", "--public")
    assert "secret" not in result.output
    assert stored(scratch_database, "spa").is_public


def test_a_client_has_the_rules_that_it_was_given(scratch_database: Database, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    result = add(
        "bank",
        *("--require", "face+passkey", "--third-party", "--algorithm", "EdDSA", "--scope", "openid email"),
        *("--post-logout-redirect-uri", "https://app.example.org/", "--logo", str(logo)),
    )
    assert result.exit_code == 0, result.output
    found = stored(scratch_database, "bank")
    assert found.required is Level.FACE_AND_PASSKEY
    assert (found.third_party, found.algorithm, list(found.scopes)) == (True, "EdDSA", ["openid", "email"])
    assert found.logout_uris == ["https://app.example.org/"]
    assert str(found.logo).startswith("data:image/png;base64,")


def test_a_second_client_of_the_same_id_is_refused() -> None:
    add()
    result = add()
    assert (result.exit_code, "there is already a client app" in result.output) == (1, True)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://app.example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example.org/#x",
        "https://*.example.org/",
        "https://user@app.example.org/",
        "https://app.example.org/a b",
        "https://app.example.org/\u00e9",
        "//app.example.org/",
        "https:///path",
        "https://[::1",
        "",
        "https://app.example.org/" + "x" * 2000,
    ],
)
def test_an_address_that_is_not_safe_is_refused_in_a_sentence(redirect_uri: str) -> None:
    result = add(redirect_uri=redirect_uri)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:3000/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "org.example.app:/callback"],
)
def test_an_address_of_one_s_own_machine_or_app_is_accepted(redirect_uri: str) -> None:
    assert add(redirect_uri=redirect_uri).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("a b",),
        ("-app",),
        ("app", "--name", "\x1b[31m"),
        ("app", "--name", "x" * 200),
        ("app", "--scope", "openid root"),
        ("app", "--scope", "email"),
        ("app", "--require", "retina"),
        ("app", "--algorithm", "none"),
    ],
)
def test_invalid_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    assert add(*arguments).exit_code in {1, 2}


def test_a_logo_in_another_format_is_refused(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg onload='alert(1)'/>")
    assert "a logo is a PNG, JPEG or WebP file" in add("app", "--logo", str(logo)).output


def test_clients_are_listed_with_what_their_logins_must_reach() -> None:
    add("zebra", "--public")
    add("ant", "--require", "face:challenge", "--third-party")
    lines = [line.split() for line in client("list").output.splitlines()]
    assert lines == [
        ["ant", "secret", "third", "party", "face:challenge", REDIRECT_URI],
        ["zebra", "public", "own", "any", REDIRECT_URI],
    ]


def test_a_new_secret_replaces_the_old_one(scratch_database: Database) -> None:
    old, new = secret_in(add()), secret_in(client("rotate-secret", "app"))
    found = stored(scratch_database)
    assert (found.has_secret(old), found.has_secret(new)) == (False, True)


def test_a_client_without_a_secret_gets_none_later() -> None:
    add("spa", "--public")
    for unknown in ("spa", "nobody"):
        assert client("rotate-secret", unknown).exit_code == 1
    assert client("remove", "nobody", "--yes").exit_code == 1


def test_removing_asks_first(scratch_database: Database) -> None:
    add()
    assert client("remove", "app", input="n\n").exit_code == 1
    assert stored(scratch_database)
    assert client("remove", "app", "--yes").exit_code == 0
    assert client("list").output == ""


def test_changes_are_in_the_audit(scratch_database: Database) -> None:
    add()
    client("rotate-secret", "app")
    client("remove", "app", "--yes")
    with scratch_database.unit_of_work() as work:
        events = [tuple(row) for row in work.session.execute(select(AuditEvent.event, AuditEvent.details))]
    names = ["client_added", "client_secret_rotated", "client_removed"]
    assert events == [(name, {"client": "app"}) for name in names]
