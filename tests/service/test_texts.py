"""The text that users may enter: names in all scripts, and no invisible characters."""

import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from precis_i18n import get_profile
from pydantic import TypeAdapter, ValidationError

from service.domain.names import AnyUsername, DisplayName, Email, Line, Message, NewPassword, Username
from tests.properties import FEW, MANY, tried

few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
texts = st.text(
    st.one_of(
        st.characters(), st.sampled_from("\u200c\u200d\ufe0f\u202e\u2066\U0001f3f4\U000e0067\U000e007fا\u094dक😀\n\t ")
    ),
    max_size=12,
)


def made(kind: Any, text: Any) -> str:
    """Returns the text as it is stored; fails if it is refused."""
    return str(TypeAdapter(kind).validate_python(text, strict=True))


def refused(kind: Any, text: Any) -> str:
    """Returns why a text is refused; fails if it is accepted."""
    with pytest.raises(ValidationError) as error:
        made(kind, text)
    return str(error.value.errors()[0]["msg"])


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        "ada.lovelace+1@example",
        "Νίκος",
        "straße",
        "Ёлка",
        "李雷",
        "さくら",
        "김철수",
        "علی",
        "שרה",
        "राम",
        "Nguyễn",
        "áéí",
    ],
)
def test_a_username_may_be_of_any_script(name: str) -> None:
    assert made(Username, name) == unicodedata.normalize("NFKC", name)


@pytest.fixture(scope="module")
def ignorable() -> list[str]:
    """Every code point with the property Default_Ignorable_Code_Point."""
    properties = get_profile("OpaqueString").base.ucd
    return [chr(number) for number in range(sys.maxunicode + 1) if properties.default_ignorable(number)]


@pytest.mark.parametrize("kind", [Username, Email])
def test_nothing_ignorable_is_in_what_machines_compare(kind: Any, ignorable: list[str]) -> None:
    start = "ada" if kind is Username else "ada@example.org"
    adapter = TypeAdapter(kind)
    passed = []
    for character in ignorable:
        try:
            adapter.validate_python(f"{start}{character}x", strict=True)
        except ValidationError:
            continue
        passed.append(hex(ord(character)))
    assert passed == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a", "at least 2 characters"),
        ("a" * 65, "at most 64 characters"),
        ("\ufdfa" * 60, "at most 64 characters"),
        ("a b", "letters, digits"),
        ("a/b", "letters, digits"),
        ("ada\u202e", "letters, digits"),
        ("ada\u0378", "letters, digits"),
        ("ada_אב", "right to left"),
        ("9علی", "right to left"),
        ("ᄀᄀ", "letter that usernames cannot have"),
        ("عـلی", "letter that usernames cannot have"),
        ("١۱", "right to left"),
    ],
)
def test_the_error_says_why_a_username_is_refused(name: str, why: str) -> None:
    assert why in refused(Username, name)


def test_a_username_by_earlier_rules_can_still_be_typed() -> None:
    assert made(AnyUsername, "a\u034fd\ufe0fa") == "a\u034fd\ufe0fa"
    assert "control" in refused(AnyUsername, "ada\0")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("می\u200cخواهم", id="Persian"),
        pytest.param("دختر\u200cها", id="Persian, after a letter that does not join"),
        pytest.param("ه\u200d", id="Persian abbreviation"),
        pytest.param("क्\u200dष", id="Devanagari"),
        pytest.param("ශ්\u200dරී", id="Sinhala"),
        pytest.param("র\u200d্যাব", id="Bengali, before a virama"),
        pytest.param("👨\u200d👩\u200d👧\u200d👦", id="a family"),
        pytest.param("👩🏽\u200d🚀", id="an astronaut with a skin colour"),
        pytest.param("👩\u200d❤\ufe0f\u200d👨", id="a couple"),
        pytest.param("🏳\ufe0f\u200d🌈", id="a rainbow flag"),
        pytest.param("🙂\u200d↔\ufe0f", id="a head that shakes"),
        pytest.param("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", id="the flag of Scotland"),
        pytest.param("1\ufe0f\u20e3", id="a keycap"),
        pytest.param("™\ufe0f", id="a sign that NFKC would spell out"),
        pytest.param("\U0001fae8", id="an emoji of Unicode 15"),
        pytest.param("葛\U000e0100城", id="a Japanese variant"),
        pytest.param("ᠠ\u180b", id="a Mongolian variant"),
        pytest.param("Ada · Lovelace, née Byron", id="punctuation"),
    ],
)
def test_a_display_name_may_hold_what_its_script_needs(name: str) -> None:
    assert made(DisplayName, name) == name
    assert made(Line, name) == made(Message, name) == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\u200db", id="a joiner between Latin letters"),
        pytest.param("a\u200c", id="a non-joiner after one"),
        pytest.param("\u200dا", id="a joiner at the start"),
        pytest.param("😀\u200d", id="a joiner after the last emoji"),
        pytest.param("😀\u200da", id="a joiner between an emoji and a letter"),
        pytest.param("😀\u200d\u200d😀", id="two joiners"),
        pytest.param("a\u202eb", id="a bidi override"),
        pytest.param("a\u2067b\u2069", id="bidi isolates"),
        pytest.param("a\u200eb", id="a directional mark"),
        pytest.param("a\u200bb", id="a space without width"),
        pytest.param("\u3164\u3164", id="Hangul fillers"),
        pytest.param("\ufe0fa", id="a variation selector of nothing"),
        pytest.param("a\ufe0f\ufe0f", id="two variation selectors"),
        pytest.param("😀\U000e0067\U000e007f", id="tags of no flag"),
        pytest.param("🏴\U000e0067", id="tags without their end"),
        pytest.param("a\x1b[31m", id="an escape sequence"),
        pytest.param("a\0", id="NUL"),
        pytest.param("a\nb", id="a line break"),
        pytest.param("a\u2028b", id="a line separator"),
        pytest.param("a\ue000", id="private use"),
        pytest.param("a\uffff", id="no character"),
        pytest.param("a\ufff9b", id="interlinear annotation"),
    ],
)
def test_a_display_name_holds_nothing_that_hides_or_commands(name: str) -> None:
    assert "cannot be seen" in refused(DisplayName, name)


def test_a_display_name_is_kept_as_typed_but_for_its_form_and_spaces() -> None:
    assert made(DisplayName, "\u3000Jo\u0308rg\u00a0ﬁ ") == "Jörg ﬁ"


def test_lengths_are_those_of_what_is_kept() -> None:
    assert made(DisplayName, "e\u0301" * 100) == "é" * 100
    assert "at most 100 characters" in refused(DisplayName, "é" * 101)
    assert "at least 1 character" in refused(DisplayName, "  ")
    assert "at most" in refused(DisplayName, "a" * 100_000)


def test_a_message_may_have_lines() -> None:
    assert (
        made(Message, " Dear all,\r\n\r\nit is me.\u2028Ada\tL.\x0b\rBye\n") == "Dear all,\n\nit is me.\nAda L.\n\nBye"
    )
    for hidden in ("a\n\x1b[2J", "a\n\u202eb", "a\nb\0"):
        assert "cannot be seen" in refused(Message, hidden)


@pytest.mark.parametrize("kind", [Username, AnyUsername, Email, DisplayName, Line, Message, NewPassword])
@pytest.mark.parametrize("value", [1, True, None, ["ada"], {"a": 1}, 1.5])
def test_values_that_are_not_text_are_refused(kind: Any, value: Any) -> None:
    assert refused(kind, value) == "Input should be a valid string"


@few_or_many
@pytest.mark.parametrize("kind", [Username, AnyUsername, DisplayName, Line, Message, NewPassword])
def test_normalised_text_stays_the_same_when_it_is_checked_again(kind: Any, examples: int) -> None:
    adapter = TypeAdapter[str](kind)

    @tried(examples)
    @given(texts)
    def holds(text: str) -> None:
        try:
            kept = adapter.validate_python(text, strict=True)
        except ValidationError:
            return
        assert adapter.validate_python(kept, strict=True) == kept
        assert not set(kept) & {"\0", "\x1b", "\u202e", "\u2066"}
        assert kind is Message or kept == "" or kept.splitlines() == [kept]

    holds()
