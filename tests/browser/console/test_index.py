"""The console's view Index in Chromium, with made data."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.tab import DESK, PHONE, Tab


def open_index(tab: Tab) -> None:
    tab.page.get_by_role("link", name="Index", exact=True).click()
    expect(tab.page.get_by_role("heading", name="Now")).to_be_visible()


def test_an_operator_builds_an_index_and_sees_when_it_is_done(made: Tab) -> None:
    open_index(made)
    expect(made.page.get_by_text("The service builds an index from 1,000 people on.")).to_be_visible()
    made.press("Build an index")
    made.page.get_by_role("dialog").get_by_role("button", name="Build", exact=True).click()
    expect(made.page.get_by_role("status").filter(has_text="The work on the index is done.")).to_be_visible()
    expect(made.page.get_by_role("definition").filter(has_text="IVFFlat").first).to_be_visible()
    expect(made.page.get_by_role("button", name="Measure the recall")).to_be_enabled()


def test_the_whole_view_is_read_only_before_and_after_the_work(made: Tab) -> None:
    looks: list[str] = []
    made.page.on("request", lambda request: looks.append(request.url.partition("/console/")[2]))
    busy = '{"is_under_way": true, "phase": null, "share": null, "state": null}'
    made.page.route(
        "**/console/index/work", lambda route: route.fulfill(content_type="application/json", body=busy), times=2
    )
    open_index(made)
    made.press("Build an index")
    made.page.get_by_role("dialog").get_by_role("button", name="Build", exact=True).click()
    expect(made.page.get_by_role("status").filter(has_text="The work on the index is done.")).to_be_visible()
    followed = [look for look in looks if look.startswith("index")]
    assert followed[:4] == ["index?days=30", "index/rebuild", "index/work", "index/work"]
    assert (followed[-2], followed[-1]) == ("index/work", "index?days=30")
    assert followed.count("index?days=30") == 2


@pytest.mark.slow
def test_the_dialog_says_that_work_runs_already(made: Tab) -> None:
    open_index(made)
    made.expected = {409}
    busy = (
        '{"error": {"code": "index_busy", "message": "The index is being rebuilt or measured already.", "details": {}}}'
    )
    made.page.route(
        "**/console/index/rebuild",
        lambda route: route.fulfill(status=409, content_type="application/json", body=busy),
    )
    made.press("Build an index")
    made.page.get_by_role("dialog").get_by_role("button", name="Build", exact=True).click()
    expect(made.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("being rebuilt or measured already")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_breaks_no_rule_on_a_desk_and_on_a_phone(made: Tab, scheme: str) -> None:
    made.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_index(made)
    for size in (DESK, PHONE):
        made.page.set_viewport_size(size)
        assert violations(made.page) == []
        assert made.page.evaluate("document.documentElement.scrollWidth") == size["width"]
