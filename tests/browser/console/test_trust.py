"""The console's view Trust in Chromium, with made data."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect

from tests.browser.axe import violations
from tests.browser.console.made_gallery import MODEL_ID, PEOPLE
from tests.browser.tab import DESK, PHONE, Tab

LOOK = "Look for accounts that are alike"


ALIKE = "**/console/trust/alike"


def pair(similarity: float, following: str | None = None) -> dict[str, Any]:
    """An answer of the service: one template was examined, and this pair was found."""
    people = [
        {"id": str(UUID(int=number)), "username": f"person{number}", "enrolled_at": "2026-01-01T00:00:00+00:00"}
        for number in (1, 2)
    ]
    found = {"model_id": MODEL_ID, "similarity": similarity, "kind": "one_person", "people": people}
    return {"pairs": [found], "examined": 1, "templates": 2, "next": following}


def open_trust(tab: Tab) -> None:
    tab.page.get_by_role("link", name="Trust", exact=True).click()
    expect(tab.page.get_by_role("heading", name="At a glance")).to_be_visible()


def test_an_operator_finds_out_who_is_enrolled_twice(made: Tab) -> None:
    open_trust(made)
    made.press(LOOK)
    rows = made.page.get_by_role("region", name="Pairs, the most similar first").locator("tbody tr")
    expect(made.page.get_by_role("status")).to_have_text(
        re.compile(rf"All {PEOPLE + 2} templates examined, \d pairs? found\.")
    )
    expect(rows.first).to_contain_text("Probably one person twice")
    expect(rows.first).to_contain_text("ada-again")
    address = rows.first.get_by_role("link", name="ada-again").get_attribute("href")
    tile = made.page.locator(".figures > div", has_text="Pairs that look like one person")
    expect(tile).to_contain_text(f"among all {PEOPLE + 2} templates, searched")
    expect(tile.locator("dd").first).not_to_have_text("0")
    assert address is not None
    assert re.fullmatch(r"#people\?id=[0-9a-f-]{36}", address)
    expect(made.page.get_by_role("button", name=LOOK)).to_be_focused()


@pytest.mark.slow
def test_no_pair_moves_under_the_pointer(made: Tab) -> None:
    open_trust(made)
    asked: list[Route] = []
    made.page.route(ALIKE, lambda route: asked.append(route))  # noqa: PLW0108 (Playwright inspects it)
    with made.page.expect_request(ALIKE):
        made.press(LOOK)
    expect(made.page.get_by_role("button", name="Stop")).to_be_focused()
    with made.page.expect_request(ALIKE):
        asked[0].fulfill(json=pair(0.8, following=str(UUID(int=1))))
    rows = made.page.locator(".alike tbody tr")
    rows.first.hover()
    asked[1].fulfill(json=pair(0.9))
    expect(made.page.get_by_role("status").first).to_have_text("All 2 templates examined, 2 pairs found.")
    expect(rows).to_have_count(1)
    made.page.mouse.move(0, 0)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("0.900")


@pytest.mark.slow
def test_the_search_can_be_stopped(made: Tab) -> None:
    open_trust(made)
    made.tolerated.add("Failed to load resource: net::ERR_FAILED")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    made.page.route("**/console/trust/alike", hold)
    made.press(LOOK)
    expect(made.page.get_by_role("button", name="Stop")).to_be_focused()
    made.page.keyboard.press("Enter")
    expect(made.page.get_by_role("status")).to_have_text("Stopped: 0 templates examined, no pair found.")
    asked[0].abort()
    expect(made.page.get_by_role("button", name=LOOK)).to_be_enabled()


@pytest.mark.slow
def test_the_scores_of_a_chosen_period_are_a_plot_and_a_table(made: Tab) -> None:
    open_trust(made)
    made.page.get_by_role("link", name="90 days").click()
    plot = made.page.get_by_role("figure").filter(has_text="Best scores of logins by face alone, last 90 days")
    expect(plot.locator("canvas")).to_be_visible()
    expect(plot).to_contain_text("cut-off of a search")
    plot.get_by_text("Figures").click()
    expect(plot.get_by_role("row").filter(has_text="0.70 to 0.75")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_breaks_no_rule_on_a_desk_and_on_a_phone(made: Tab, scheme: str) -> None:
    made.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_trust(made)
    made.press(LOOK)
    made.see(".alike table")
    made.keep_picture(f"console-trust-{scheme}")
    for size in (DESK, PHONE):
        made.page.set_viewport_size(size)
        assert violations(made.page) == []
        assert made.page.evaluate("document.documentElement.scrollWidth") == size["width"]
