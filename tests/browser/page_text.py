"""The text in a page's HTML, and the keys of its translations."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import web
from web.build.pages import page

PAGES = sorted(path.stem for path in (web.FOLDER / "pages").glob("*.html"))
PLACES = {"aria-label": "data-label", "content": "data-content"}
NOT_SAID = {"viewport", "color-scheme"}
EMPTY = {"meta", "link", "img", "input", "br"}


@dataclass
class PageText(HTMLParser):
    """The text of a page.

    Attributes:
        by_key: the English text for each key.
        without_key: text without a key, which no language can replace.
        also: the keys of further texts, which a script shows instead.
    """

    by_key: dict[str, str] = field(default_factory=dict)
    without_key: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    _open: list[dict[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("name") not in NOT_SAID:
            for attribute, key in PLACES.items():
                self._note(attributes.get(attribute), attributes.get(key))
        if tag not in EMPTY:
            self._open.append({**attributes, "tag": tag})
        if "data-challenge" in attributes:
            self.also.append(attributes["data-challenge"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        as_it_is = any(element.get("translate") == "no" or element["tag"] == "noscript" for element in self._open)
        if data.strip() and not as_it_is:
            self._note(data.strip(), self._open[-1].get("data-text"))

    def _note(self, sentence: str | None, key: str | None) -> None:
        if sentence is None:
            return
        if key is None:
            self.without_key.append(sentence)
        else:
            self.by_key[key] = sentence


def read_page(name: str) -> PageText:
    """Reads the text of a page, by the name of its file without the extension."""
    text = PageText()
    text.feed(page(name))
    return text
