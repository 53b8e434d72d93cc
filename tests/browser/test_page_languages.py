import re
from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import web
from tests.browser.page_text import PAGES, read_page
from tests.browser.tab import OpenTab, Tab
from tests.running_service import RunningService
from tests.web.translated import code_in, quoted_keys

LANGUAGES = sorted(path.stem for path in (web.FOLDER / "translations" / "pages").glob("*.js"))
QUICK_LANGUAGES = {"ar", "de"}
"""Languages in ordinary test runs: the right-to-left one, and the one with the longest words."""

languages = pytest.mark.parametrize(
    "language",
    [pytest.param(one, marks=[] if one in QUICK_LANGUAGES else pytest.mark.slow) for one in LANGUAGES],
)

PATHS = ["/" if page == "index" else f"/{page}" for page in PAGES]
LOAD = """
import('/web/pages/languages.js').then(async ({ PAGE_LANGUAGES }) => Object.fromEntries(await Promise.all(
  Object.entries(PAGE_LANGUAGES).map(async ([language, load]) => [language, (await load()).default]))))
"""


NOT_BLOCKING = """
delete HTMLScriptElement.prototype.blocking
new MutationObserver(() => document.querySelector('[blocking]')?.removeAttribute('blocking'))
  .observe(document, { childList: true, subtree: true })
"""
"""Makes a page like one of a browser without ``blocking="render"``."""

Sentences = Mapping[str, Mapping[str, str]]
"""By language and key."""


@pytest.fixture(scope="module")
def loading(service: RunningService, filming_browser: Browser) -> Iterator[Page]:
    """A page that may load every translation."""
    context = filming_browser.new_context()
    page = context.new_page()
    page.goto(f"{service.url}/")
    yield page
    context.close()


@pytest.fixture(scope="module")
def sentences(loading: Page) -> Sentences:
    """The pages' texts."""
    return cast(Sentences, loading.evaluate(LOAD))


@pytest.fixture(scope="module")
def sentences_of_the_widget(loading: Page) -> set[str]:
    """The keys of the widget's texts."""
    return set(loading.evaluate("import('/web/translations/en.js').then(file => Object.keys(file.default))"))


def own_code() -> str:
    """Returns the modules of the elements that only pages have."""
    return code_in("account") + code_in("openid")


def variable_parts(sentence: str) -> list[str]:
    """Returns what every translation must keep of a text: its placeholders and numbers."""
    return sorted(re.findall(r"\{\w+\}|\d+", sentence))


@pytest.mark.slow
def test_every_language_of_the_pages_can_be_chosen(open_tab: OpenTab, sentences: Sentences) -> None:
    assert sorted(sentences) == LANGUAGES
    tab = open_tab(camera=False)
    tab.expected = {400}  # /authorize without a request
    for path in PATHS:
        tab.go(path)
        options = tab.page.locator("#language option").evaluate_all("options => options.map(option => option.value)")
        assert sorted(options) == LANGUAGES


def test_the_chosen_language_is_stored_under_a_declared_name(tab: Tab) -> None:
    tab.go("/")
    with tab.page.expect_navigation():
        tab.page.locator("#language").select_option("de")
    listed = tab.page.evaluate("import('/web/widget/storage.js').then(({ Memory }) => Object.values(Memory))")
    assert set(tab.page.evaluate("Object.keys(localStorage)")) <= set(listed)


def test_every_language_is_offered_by_the_name_it_gives_itself(tab: Tab) -> None:
    tab.go("/")
    names = ["English", "Español", "Français", "Deutsch", "العربية", "हिन्दी", "中文", "日本語"]
    expect(tab.page.locator("#language option")).to_have_text(names)


def test_a_page_loads_two_small_scripts_before_it_is_shown(tab: Tab) -> None:
    scripts: list[str] = []
    tab.page.on("request", lambda request: scripts.append(request.url) if request.url.endswith(".js") else None)
    tab.go("/")
    assert scripts == [f"{tab.url}/web/dist/first.js", f"{tab.url}/web/dist/page.js"]


def test_the_pages_speak_the_languages_of_the_widget() -> None:
    assert [path.stem for path in sorted((web.FOLDER / "translations").glob("*.js"))] == LANGUAGES


def test_every_language_has_every_sentence_of_the_pages(sentences: Sentences) -> None:
    english = set(sentences["en"])
    assert {language: set(spoken) ^ english for language, spoken in sentences.items()} == {
        language: set() for language in LANGUAGES
    }


def test_every_language_keeps_placeholders_and_numbers(sentences: Sentences) -> None:
    different = [
        (language, key)
        for language, spoken in sentences.items()
        for key, sentence in spoken.items()
        if variable_parts(sentence) != variable_parts(sentences["en"][key])
    ]
    assert different == []


def test_no_sentence_of_a_page_would_overwrite_one_of_the_widget(
    sentences: Sentences, sentences_of_the_widget: set[str]
) -> None:
    assert set(sentences["en"]) & sentences_of_the_widget == set()


def test_no_sentence_of_the_pages_is_unused(sentences: Sentences) -> None:
    pages = set(sentences["en"])
    in_html = {key for page in PAGES for key in (*read_page(page).by_key, *read_page(page).also)}
    assert pages - in_html - quoted_keys(own_code(), pages) == set()


def test_every_key_that_their_elements_name_has_a_sentence(
    sentences: Sentences, sentences_of_the_widget: set[str]
) -> None:
    known = set(sentences["en"]) | sentences_of_the_widget
    assert quoted_keys(own_code(), known) - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_of_a_page_is_without_a_key(page: str) -> None:
    assert read_page(page).without_key == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_in_html_what_it_says_in_english(sentences: Sentences, page: str) -> None:
    english = sentences["en"]
    said = read_page(page).by_key
    assert said == {key: english.get(key) for key in said}


@languages
def test_a_page_speaks_the_language_of_the_browser(open_tab: OpenTab, sentences: Sentences, language: str) -> None:
    tab = open_tab(locale=language)
    tab.go("/")
    spoken = sentences[language]
    expect(tab.page.locator("html")).to_have_attribute("lang", language)
    expect(tab.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(spoken["start.title"])
    expect(tab.page).to_have_title(spoken["start.page_title"])


@pytest.mark.slow
def test_a_browser_that_does_not_wait_for_scripts_shows_no_english_first(open_tab: OpenTab) -> None:
    """As Firefox and older versions of Safari, which ignore ``blocking="render"``."""
    tab = open_tab(locale="de")
    tab.page.add_init_script(NOT_BLOCKING)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/web/dist/page.js", hold)
    tab.page.goto(tab.url, wait_until="commit")
    heading = tab.page.get_by_role("heading", level=1, include_hidden=True)
    expect(heading).to_have_text("Log in with your face, on your own server.")
    expect(heading).to_be_hidden()
    held[0].continue_()
    expect(heading).to_be_visible()
    expect(heading).to_have_text("Mit dem Gesicht anmelden, auf dem eigenen Server.")


@pytest.mark.slow
def test_a_page_whose_translation_does_not_come_is_shown_in_english(open_tab: OpenTab) -> None:
    tab = open_tab(locale="de")
    tab.page.add_init_script(NOT_BLOCKING)
    tab.tolerated = {"Failed to load resource: net::ERR_FAILED"}
    tab.page.route("**/web/dist/page.js", lambda route: route.abort())
    tab.go("/")
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.slow
def test_a_page_speaks_english_to_a_browser_whose_language_it_has_not(open_tab: OpenTab) -> None:
    tab = open_tab(locale="fi")
    tab.go("/")
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Log in with your face, on your own server.")


@pytest.mark.slow
def test_a_chosen_language_stays_chosen(tab: Tab) -> None:
    tab.go("/")
    tab.page.get_by_label("Language").select_option("Deutsch")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Mit dem Gesicht anmelden, auf dem eigenen Server.")
    tab.go("/signup")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Registrieren")
    expect(tab.page.get_by_label("Sprache")).to_have_value("de")


def test_a_page_can_be_read_without_javascript(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False, locale="de")
    tab.go("/")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Log in with your face, on your own server.")
    expect(tab.page.get_by_label("Language")).to_be_hidden()


@pytest.mark.slow
@languages
def test_no_page_is_wider_than_a_small_phone(open_tab: OpenTab, language: str) -> None:
    tab = open_tab(camera=False, viewport={"width": 320, "height": 640}, locale=language)
    tab.expected = {400}  # /authorize without a request
    for path in PATHS:
        tab.go(path)
        tab.page.locator(f"html[lang={language}]").wait_for()
        assert tab.page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_the_keyboard_reaches_the_content_without_passing_the_navigation(tab: Tab) -> None:
    tab.go("/")
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("main").get_by_role("link", name="Sign up")).to_be_focused()
