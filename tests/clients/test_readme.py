"""The examples of the packages' READMEs work unchanged."""

import json
import re
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest

from tests.clients.stand_in import SECRET, SUBJECT, StandIn
from tests.clients.test_verifier import USER, claims
from web.build.npm import run_node

CLIENTS = Path(__file__).parents[2] / "clients"
USES = Path(__file__).parent / "examples"
ADDRESS = "https://login.example.org"
SHOP = "https://shop.example.org"


def examples(language: str, package: str, provider: StandIn) -> list[str]:
    """Returns the examples of a README, with the address of the stand-in."""
    text = (CLIENTS / package / "README.md").read_text()
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return [one.replace(ADDRESS, provider.url) for one in found]


def token(provider: StandIn, **changes: Any) -> str:
    return jwt.encode(claims(**changes), provider.keys["ed"], "EdDSA", {"kid": "ed"})


def logged_in_at(provider: StandIn, place: str) -> str:
    """Lets the provider answer a start of a login; returns the path and query of the response."""
    answer = urlsplit(provider.authorize(dict(parse_qsl(urlsplit(place).query))))
    return f"{answer.path}?{answer.query}"


def test_the_python_example_verifies_a_token(provider: StandIn) -> None:
    names: dict[str, Any] = {}
    exec(examples("python", "python", provider)[0], names)  # noqa: S102 (our own example)
    assert names["user_of"](token(provider)) == USER
    assert names["may_pay"](token(provider))
    assert not names["may_pay"](token(provider, acr="urn:visage:face"))
    assert not names["may_pay"](token(provider, exp=int(time.time()) - 60))
    assert not names["may_pay"](token(provider, aud="another"))


def test_the_python_example_logs_a_user_in(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SECRET_KEY": "a secret of the tests", "CLIENT_SECRET": SECRET, "VISAGE": provider.url}.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {"__name__": "example"}
    exec(examples("python", "python", provider)[1], names)  # noqa: S102 (our own example)
    browser = names["app"].test_client()

    first, second = (browser.get("/login", base_url=SHOP).location for _ in range(2))  # two tabs
    response = logged_in_at(provider, first)
    assert browser.get(response, base_url=SHOP).location == "/"
    with browser.session_transaction(base_url=SHOP) as session:
        assert session["user"] == SUBJECT
    assert browser.get(response, base_url=SHOP).location == "/login"  # the back button
    assert second != first

    step_up = browser.get("/pay", base_url=SHOP).location
    assert "acr_values=urn%3Avisage%3Aface%3Achallenge" in step_up
    provider.level = "urn:visage:face"
    refused = browser.get(logged_in_at(provider, step_up), base_url=SHOP)
    assert (refused.status_code, "urn:visage:face:challenge" in refused.text) == (403, True)
    assert browser.post("/logout", base_url=SHOP).location.startswith(f"{provider.url}/openid/logout?")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has installed the JavaScript package."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "visage-client").symlink_to(CLIENTS / "js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for script in USES.glob("*.js"):
        shutil.copy(script, tmp_path)
    return tmp_path


def test_the_javascript_example_verifies_a_token(provider: StandIn, project: Path) -> None:
    (project / "example.js").write_text(examples("js", "js", provider)[0])
    good, weak, old = (
        token(provider, **one) for one in ({}, {"acr": "urn:visage:face"}, {"exp": int(time.time()) - 60})
    )
    said = run_node(project / "verify.js", good, good, weak, old, folder=project)
    assert json.loads(said) == [USER, True, False, False]


def test_the_javascript_example_logs_a_user_in(
    provider: StandIn, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    (project / "example.js").write_text(examples("js", "js", provider)[1])
    said = json.loads(run_node(project / "log_in.js", folder=project))
    assert said == {
        "user": SUBJECT,
        "level": "urn:visage:pwd",
        "places": ["/", "/login", f"{provider.url}/openid/logout"],
    }
