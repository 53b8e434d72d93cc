"""The JavaScript client runs in a browser as it is, on a page of another origin."""

from pathlib import Path

import pytest

from tests.browser.elsewhere import Elsewhere, site
from tests.browser.people import post
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab

SOURCE = Path(__file__).parents[2] / "clients" / "js" / "src"

VERIFY = """async ([address, tokens]) => {
    const { TokenVerifier } = await import('/index.js')
    const verifier = new TokenVerifier(address)
    const told = token => verifier.verify(token).then(({ level }) => level, error => error.name)
    return Promise.all(tokens.map(told))
}"""


@pytest.mark.usefixtures("eileen")
def test_a_page_verifies_a_token(tab: Tab, elsewhere: Elsewhere, service_url: str) -> None:
    files = {path.name: path.read_text() for path in SOURCE.glob("*.js")}
    files["page.html"] = "<!doctype html><html lang=en><title>Shop</title>"
    policy = f"default-src 'none'; script-src 'self'; connect-src {service_url}"
    elsewhere.application = site(files, policy)
    tab.others.add(elsewhere.url)
    tab.page.goto(f"{elsewhere.url}/page.html")
    _, login = post(f"{service_url}/user/login", {"username": "eileen", "password": PASSWORD})
    token = login["access_token"]
    head, body, _ = token.split(".")
    found = tab.page.evaluate(VERIFY, [service_url, [token, f"{head}.{body}.AAAA"]])
    assert found == ["urn:visage:pwd", "TokenInvalidError"]
