"""The overview of the console in Chromium, with thirty days of made history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from sqlalchemy import text

from db.core.console_models import HistoryValue
from db.core.engine import Database
from tests.browser.axe import violations
from tests.browser.console.operator import session_secret
from tests.browser.people import Person
from tests.browser.tab import DESK, PHONE, OpenTab, Tab
from tests.made_history import fill, made_history
from tests.running_service import RunningService

COLOURS = """
canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const seen = new Set()
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join())
  return [...seen]
}
"""
"""The colours of a canvas, without smoothed edges."""

SERIES = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"


@pytest.fixture
def database(service: RunningService, service_url: str) -> Iterator[Database]:
    """The database of the service."""
    with service.database() as database:
        yield database


@pytest.fixture
def history(database: Database) -> datetime:
    """Made history until now."""
    now = datetime.now(UTC)
    fill(database, now)
    return now


@pytest.fixture
def no_history(database: Database) -> None:
    """Nothing was counted yet."""
    with database.unit_of_work() as work:
        work.session.execute(text("DELETE FROM service_history"))


def figure(tab: Tab, caption: str) -> Locator:
    """The plot whose caption begins so."""
    return tab.page.locator("figure.plot").filter(has=tab.page.locator("figcaption", has_text=caption))


def column(plot: Locator, number: int) -> list[int]:
    """The figures in a column of a plot's table."""
    cells = plot.locator(f"tbody td:nth-child({number})").all_text_contents()
    return [int(cell.replace(",", "")) for cell in cells]


def rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def test_plots_are_drawn_and_their_tables_hold_the_same_figures(history: datetime, console: Tab) -> None:
    console.go("/console#overview?days=30")
    plot = figure(console, "Face logins without a username, by outcome, per 4 hours")
    canvas = plot.locator("canvas")
    canvas.wait_for()
    drawn = canvas.evaluate(COLOURS)
    for name in ("--series-1", "--series-2"):
        assert rgb(console.page.evaluate(SERIES, name)) in drawn, name
    last = history.replace(hour=history.hour // 4 * 4, minute=0, second=0, microsecond=0)
    *past, _ = column(plot, 2)  # meanwhile the service may have added logins of earlier tests to the last
    within = [one for one in made_history(history) if last - 179 * timedelta(hours=4) <= one.start < last]
    assert sum(past) == sum(one.values.get("face_logins/gallery/matched", 0) for one in within)
    assert max(column(plot, 3)) > 7_000  # the attack
    expect(console.page.locator(".figures")).to_contain_text("too many requests")
    expect(figure(console, "Requests answered 503")).to_be_visible()
    expect(figure(console, "Computing time of a login by face").locator("canvas")).to_be_visible()


def test_a_time_beyond_the_buckets_is_shown_as_more_than_their_end(
    history: datetime, database: Database, console: Tab
) -> None:
    hour = history.replace(minute=0, second=0, microsecond=0)
    with database.unit_of_work() as work:
        value = HistoryValue(period="hour", start=hour, series="login_seconds/face/+Inf", value=500)
        work.session.add(value)
    console.go("/console#overview?days=1")
    expect(console.page.locator(".unusual")).to_contain_text("median login by face more than 10 s (usual: ")
    expect(console.page.locator(".figures")).to_contain_text("95th percentile: more than 10 s (estimates)")
    plot = figure(console, "Computing time of a login by face")
    plot.locator("summary").click()
    expect(plot.get_by_role("cell", name="more than 10 s", exact=True)).to_have_count(2)


@pytest.mark.slow
def test_the_pointer_reads_one_step(history: datetime, console: Tab) -> None:
    console.go("/console#overview?days=30")
    plot = figure(console, "Face logins without a username, by outcome")
    plot.locator(".u-over").hover(position={"x": 120, "y": 60})
    expect(plot.locator(".readout")).to_contain_text("matched")
    expect(plot.locator(".readout")).to_contain_text("unknown")


@pytest.mark.slow
def test_the_pointer_leaves_the_plots_as_high_as_they_are(history: datetime, console: Tab) -> None:
    console.go("/console#overview?days=30")
    plot = figure(console, "Refusals by reason")
    plot.locator("canvas").wait_for()
    height = plot.evaluate("node => node.offsetHeight")
    plot.locator(".u-over").hover(position={"x": 120, "y": 60})
    expect(plot.locator(".readout")).to_contain_text("too many requests")
    assert plot.evaluate("node => node.offsetHeight") == height


def test_the_attack_and_the_fault_are_listed_first(history: datetime, console: Tab) -> None:
    console.go("/console#overview?days=30")
    expect(console.page.locator("h2").first).to_have_text("Unusual")
    fault, attack = console.page.locator(".unusual li").all()
    expect(fault).to_contain_text("requests answered 503")
    expect(attack).to_contain_text("unknown faces (usual: ")
    expect(attack).to_contain_text("matches as usual")
    plot = figure(console, "Refusals by reason")
    plot.locator("summary").click()
    expect(plot.locator(".totals")).to_contain_text("9,300")


@pytest.mark.slow
def test_the_days_are_in_the_address(history: datetime, console: Tab) -> None:
    console.go("/console#overview?days=1")
    expect(figure(console, "Face logins without a username, by outcome, per hour").locator("tbody tr")).to_have_count(
        24
    )
    console.page.get_by_role("link", name="90 days").click()
    expect(figure(console, "Face logins without a username, by outcome, per day").locator("tbody tr")).to_have_count(90)
    assert console.page.url.endswith("#overview?days=90")
    console.page.go_back()
    expect(figure(console, "Face logins without a username, by outcome, per hour")).to_be_visible()
    expect(console.page.locator(".periods [aria-current]")).to_have_text("Last day")


def test_the_page_shows_the_checks_of_the_doctor(console: Tab) -> None:
    console.page.get_by_role("button", name="All checks").click()
    expect(console.page.get_by_role("heading", name="Health")).to_be_focused()
    expect(console.page.get_by_role("row", name="Schema")).to_contain_text("the newest")


@pytest.mark.slow
def test_findings_to_fix_come_first(console: Tab) -> None:
    trouble = {"name": "disk", "text": "0.1 GiB free: make room", "trouble": True, "checked": True}
    body = {"examined_at": "2026-01-01T00:00:00+00:00", "troubles": 1, "findings": [trouble]}
    console.page.route("**/console/health", lambda route: route.fulfill(json=body))
    console.page.reload()
    expect(console.page.locator("h2").nth(1)).to_have_text("To fix")
    expect(console.page.locator(".troubles")).to_have_text("Disk: 0.1 GiB free: make room")


@pytest.mark.slow
def test_the_overview_is_shown_when_the_doctor_fails(console: Tab) -> None:
    console.expected.add(503)
    error = {"error": {"code": "database_unavailable", "message": "Away.", "details": {}}, "request_id": "1"}
    console.page.route("**/console/health", lambda route: route.fulfill(status=503, json=error))
    console.page.reload()
    expect(console.page.get_by_role("alert")).to_contain_text("Away.")
    expect(console.page.locator(".figures")).to_be_visible()


def test_without_history_it_says_so(no_history: None, console: Tab) -> None:
    expect(figure(console, "Refusals by reason")).to_contain_text("Nothing was refused in this period.")


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)])
def test_it_breaks_no_rule(
    history: datetime,
    service: RunningService,
    service_url: str,
    operator: Person,
    open_tab: OpenTab,
    scheme: str,
    viewport: ViewportSize,
) -> None:
    tab = open_tab(color_scheme=scheme, viewport=viewport)
    tab.url = service_url.replace("127.0.0.1", "localhost")
    cookie: Any = {"name": "visage_console", "value": session_secret(service, tab.url), "url": tab.url}
    tab.page.context.add_cookies([cookie])
    tab.go("/console#overview?days=30")
    figure(tab, "Face logins without a username, by outcome").locator("canvas").wait_for()
    figure(tab, "Face logins without a username, by outcome").locator("summary").click()
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.keep_picture(f"console-overview-{scheme}-{'phone' if viewport == PHONE else 'desk'}")
