"""With wrong, corrected or different clocks, no session and no recent login lasts too long."""

from datetime import timedelta

import pytest

from service.accounts.tokens import CLOCK_SKEW
from tests.clocks import set_clock
from tests.http.conftest import Api, bearer, code_of

HOUR = timedelta(hours=1)
MOMENT = CLOCK_SKEW / 2


def erase(api: Api, token: str) -> tuple[int, str | None]:
    """Erases the face, which requires a recent password login; returns the status and the error code."""
    response = api.client.delete("/user/facial", headers=bearer(token))
    return response.status_code, code_of(response) if response.status_code != 204 else None


def test_a_clock_set_forwards_ends_tokens_and_spares_sessions(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token = api.store().json["access_token"]
    set_clock(monkeypatch, HOUR)
    assert code_of(api.me(token)) == "token_expired"
    renewed = api.refresh().json["access_token"]
    assert api.me(renewed).status_code == 200
    assert erase(api, renewed) == (403, "password_login_required")


def test_a_clock_set_back_refuses_tokens_of_the_future_and_spares_sessions(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = api.store().json["access_token"]
    set_clock(monkeypatch, -HOUR)
    assert code_of(api.me(token)) == "token_invalid"
    assert api.me(api.refresh().json["access_token"]).status_code == 200


def test_a_login_dated_ahead_never_counts_as_recent(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        set_clock(patch, 24 * HOUR)
        api.store()
    assert erase(api, api.refresh().json["access_token"]) == (403, "password_login_required")
    assert erase(api, api.login().json["access_token"]) == (204, None)


def test_a_clock_15_days_ahead_ends_the_session(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.store()
    set_clock(monkeypatch, timedelta(days=15))
    assert code_of(api.refresh()) == "token_expired"


@pytest.mark.parametrize("ahead", [MOMENT, -MOMENT], ids=["behind", "ahead"])
def test_machines_whose_clocks_differ_a_little_serve_together(
    api: Api, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    token = api.store().json["access_token"]
    set_clock(monkeypatch, ahead)
    assert api.me(token).status_code == 200
    assert erase(api, token) == (204, None)
