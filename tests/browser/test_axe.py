"""axe-core works: it finds known problems, so an empty result is meaningful."""

from tests.browser.axe import violations
from tests.browser.tab import OpenTab, Tab

SHADOW_ROOT = """
const shadow = document.querySelector('main').appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
shadow.append(document.createElement('input'))
"""


def test_the_start_page_breaks_no_rule(tab: Tab) -> None:
    tab.go("/")
    assert violations(tab.page) == []


def test_a_picture_without_words_is_found(tab: Tab) -> None:
    tab.go("/")
    tab.page.evaluate("document.querySelector('main').append(new Image())")
    (found,) = violations(tab.page)
    assert found.startswith("image-alt: ")
    assert found.endswith("> img)")


def test_a_violation_inside_an_element_is_found(tab: Tab) -> None:
    tab.go("/")
    tab.page.evaluate(SHADOW_ROOT)
    (found,) = violations(tab.page)
    assert found.startswith("label: ")
    assert " >> input" in found


def test_a_page_is_judged_as_it_is_now(tab: Tab) -> None:
    tab.go("/")
    tab.page.evaluate("document.documentElement.lang = ''")
    assert len(violations(tab.page)) == 1
    tab.page.evaluate("document.documentElement.lang = 'en'")
    assert violations(tab.page) == []


def test_words_that_are_too_faint_are_found_in_both_colour_schemes(open_tab: OpenTab) -> None:
    for scheme in ("light", "dark"):
        tab = open_tab(color_scheme=scheme)
        tab.go("/")
        tab.page.evaluate("document.querySelector('main p').style.opacity = '0.2'")
        assert any(line.startswith("color-contrast: ") for line in violations(tab.page))
