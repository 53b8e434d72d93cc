import pytest
from playwright.sync_api import Locator, expect

from tests.browser.account_flow import (
    accepted,
    dialog,
    give_password,
    log_in_by_face,
    log_in_by_password,
    pictures,
    recognized,
)
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.tab import Tab

REMEMBERED_SESSION = "localStorage.getItem('visage-session')"


def test_an_erased_face_is_not_known_any_more(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.press("Erase my face")
    expect(dialog(tab).get_by_role("button", name="Cancel")).to_be_focused()
    dialog(tab).get_by_role("button", name="Erase my face").click()
    give_password(tab)
    expect(tab.account).to_contain_text("Your face is erased.")
    expect(tab.account).to_contain_text("No pictures of your face are kept.")
    assert not recognized(tab, eileen)
    assert accepted(tab, PASSWORD)


@pytest.mark.usefixtures("eileen")
def test_a_cancelled_erasure_of_the_face_erases_nothing(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.press("Erase my face")
    dialog(tab).get_by_role("button", name="Cancel").click()
    expect(dialog(tab)).to_have_count(0)
    tab.page.reload()
    expect(pictures(tab)).to_have_count(5)


def erasure(tab: Tab) -> Locator:
    """Returns the button that answers "yes"."""
    return dialog(tab).get_by_role("button", name="Erase my face")


@pytest.mark.usefixtures("eileen")
def test_a_click_that_comes_as_soon_as_the_question_erases_nothing(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.account.evaluate(
        "element => { element.shadowRoot.querySelector('.part .danger').click();"
        "  document.querySelector('dialog [type=submit]').click() }"
    )
    dialog(tab).get_by_role("button", name="Cancel").click()
    tab.page.reload()
    expect(pictures(tab)).to_have_count(5)


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
def test_the_second_click_of_a_double_click_erases_nothing(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.press("Erase my face")
    erasure(tab).hover()
    expect(erasure(tab)).to_be_enabled()
    tab.page.mouse.down(click_count=2)
    tab.page.mouse.up(click_count=2)
    dialog(tab).get_by_role("button", name="Cancel").click()
    tab.page.reload()
    expect(pictures(tab)).to_have_count(5)


def erase_account(tab: Tab, typed: str) -> None:
    tab.press("Erase my account")
    dialog(tab).get_by_label("Type eileen to confirm").fill(typed)
    dialog(tab).get_by_role("button", name="Erase my account").click()


@pytest.mark.slow
def test_an_erased_account_is_gone_with_its_session(tab: Tab, eileen: Person) -> None:
    tab.expected = {401}
    log_in_by_face(tab, eileen)
    erase_account(tab, "eileen")
    give_password(tab)
    expect(tab.step("goodbye")).to_contain_text(f"Goodbye, {NAME}")
    assert tab.page.evaluate(REMEMBERED_SESSION) is None
    assert not accepted(tab, PASSWORD)
    assert not recognized(tab, eileen)
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
def test_erasing_an_account_requires_the_typed_username(tab: Tab) -> None:
    log_in_by_password(tab)
    erase_account(tab, "barack")
    expect(dialog(tab)).to_contain_text("That is not eileen.")
    expect(dialog(tab).get_by_label("Type eileen to confirm")).to_be_focused()
    assert accepted(tab, PASSWORD)
