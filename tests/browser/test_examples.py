"""The examples of docs/widget.md work unchanged: on another origin, under the stated policy, from end to end."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.elsewhere import Elsewhere, site
from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm, empty_room
from web.build.npm import packages, run_node

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PLACEHOLDER = "https://login.example.org"

Read = Callable[[str], str]


@pytest.fixture
def example(service_url: str) -> Read:
    """Reads an example and inserts the URL of the tests' service."""
    return lambda name: (EXAMPLES / name).read_text().replace(PLACEHOLDER, service_url)


@pytest.fixture
def visitor(tab: Tab, film: CameraFilm, service_url: str, elsewhere: Elsewhere, collins: Person) -> Tab:
    """The tab of a user who has signed up and is before the camera."""
    tab.others.add(elsewhere.url)
    enrol(service_url, "eileen", PASSWORD, collins)
    film.show([collins.front])
    return tab


def show_plain_page(visitor: Tab, elsewhere: Elsewhere, example: Read, script: str = "plain.js") -> None:
    """Opens the plain page, with its own script or another."""
    files = {"plain.html": example("plain.html"), "plain.js": example(script)}
    elsewhere.application = site(files, example("content-security-policy.txt").strip())
    visitor.page.goto(f"{elsewhere.url}/plain.html")


def bundle_react(example: Read, folder: Path) -> str:
    """Returns the React example, bundled with React."""
    (folder / "node_modules").symlink_to(packages(ROOT / "tests" / "browser"))
    (folder / "react.tsx").write_text(example("react.tsx"))
    esbuild = packages(ROOT / "web") / "esbuild" / "bin" / "esbuild"
    return run_node(esbuild, "react.tsx", "--bundle", "--format=esm", "--jsx=automatic", "--minify", folder=folder)


def test_a_plain_page_logs_a_person_in(visitor: Tab, elsewhere: Elsewhere, example: Read) -> None:
    show_plain_page(visitor, elsewhere, example)
    visitor.step("welcome")
    expect(visitor.page.locator("#greeting")).to_have_text("Hello, eileen. Your token lasts 15 minutes.")


def test_a_plain_page_logs_a_person_in_by_password_in_a_browser_that_is_too_old(
    visitor: Tab, elsewhere: Elsewhere, example: Read
) -> None:
    visitor.page.add_init_script("delete Document.prototype.adoptedStyleSheets")
    show_plain_page(visitor, elsewhere, example)
    visitor.fill("User name", "eileen")
    visitor.fill("Password", PASSWORD)
    visitor.press("Log in")
    expect(visitor.page.locator("#greeting")).to_have_text("Hello, eileen. Your token lasts 15 minutes.")
    expect(visitor.login.get_by_role("heading")).to_have_text("Welcome, eileen")


def test_a_plain_page_hears_of_who_is_logged_in_already(visitor: Tab, example: Read) -> None:
    """On the service's own site, where the browser keeps the session."""
    visitor.go("/login")
    visitor.step("welcome")
    page, script = example("plain.html"), example("plain.js")
    visitor.page.route("**/plain.html", lambda route: route.fulfill(body=page, content_type="text/html"))
    visitor.page.route("**/plain.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    visitor.go("/plain.html")
    expect(visitor.page.locator("#greeting")).to_contain_text("Hello, eileen.")


def test_a_page_measures_the_requests_of_the_element(visitor: Tab, elsewhere: Elsewhere, example: Read) -> None:
    show_plain_page(visitor, elsewhere, example, "transport.js")
    visitor.step("welcome")
    measured = "performance.getEntriesByName('/user/facial/recognize').map(({ detail }) => detail.status)"
    assert visitor.page.evaluate(measured) == [200]


def test_a_page_answers_a_call_itself(visitor: Tab, elsewhere: Elsewhere, example: Read, film: CameraFilm) -> None:
    film.show([empty_room()])
    show_plain_page(visitor, elsewhere, example, "api.js")
    visitor.step("live")
    visitor.press("Use password instead")
    visitor.page.get_by_label("User name").fill("eileen")
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.press("Log in")
    expect(visitor.page.get_by_role("alert")).to_have_text("User name and password do not match.")


def test_a_react_page_logs_a_person_in(visitor: Tab, elsewhere: Elsewhere, example: Read, tmp_path: Path) -> None:
    files = {"react.html": example("react.html"), "react.js": bundle_react(example, tmp_path)}
    elsewhere.application = site(files, example("content-security-policy.txt").strip())
    visitor.page.goto(f"{elsewhere.url}/react.html")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Hello, eileen")


@pytest.fixture
def flask_site(monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere, service_url: str) -> str:
    """Returns the URL of the Flask application."""
    monkeypatch.setenv("VISAGE", service_url)
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    elsewhere.application = runpy.run_path(str(EXAMPLES / "flask_app.py"))["app"]
    return elsewhere.url


def test_a_flask_application_opens_a_session_of_its_own(visitor: Tab, flask_site: str, film: CameraFilm) -> None:
    visitor.page.goto(flask_site)
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("You are ")
    film.show([empty_room()])
    visitor.page.reload()
    expect(heading).to_contain_text("You are ")


def test_logging_out_of_the_flask_application_ends_the_session(visitor: Tab, flask_site: str, film: CameraFilm) -> None:
    visitor.page.goto(flask_site)
    visitor.page.get_by_role("button", name="Log out").wait_for()
    film.show([empty_room()])
    visitor.press("Log out")
    visitor.step("live")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_login_that_the_flask_application_refuses_is_reported_and_can_be_tried_again(
    visitor: Tab, flask_site: str
) -> None:
    visitor.expected = {503}
    visitor.page.route("**/session", lambda route: route.fulfill(status=503), times=1)
    visitor.page.goto(flask_site)
    visitor.step("idle")
    expect(visitor.page.get_by_role("alert")).to_have_text("You could not be logged in. Please try again.")
    visitor.press("Turn on the camera")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("You are ")


def test_the_flask_application_takes_no_token_of_somebody_else(visitor: Tab, flask_site: str) -> None:
    visitor.expected = {401}
    visitor.page.goto(flask_site)
    forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."
    status = visitor.page.evaluate(
        "token => fetch('/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })"
        ".then(answer => answer.status)",
        forged,
    )
    assert status == 401
