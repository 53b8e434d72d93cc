"""Every language has all texts of the widget and the service."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Set

import pytest

import web
from embeddings.core.types import Reason
from embeddings.liveness import Prompt
from service.faces.guidance import Hint, Target
from service.http.error_table import TABLE
from tests.web.translated import Translations, groups_of, quoted_keys, read_translations, widget_code

LANGUAGES = sorted({path.stem for path in (web.FOLDER / "translations").glob("*.js")} - {"en"})
"""All languages except English, by the names of their files."""

SAME_AS_IN_ENGLISH = {
    ("de", "field.optional"),
    ("de", "camera.automatic"),
    ("es", "camera.automatic"),
    ("fr", "camera.automatic"),
}

SCRIPTS = {
    "ar": {"ARABIC"},
    "hi": {"DEVANAGARI"},
    "ja": {"HIRAGANA", "KATAKANA", "CJK"},
    "zh": {"CJK"},
}
"""Prefixes of the Unicode names of a language's letters, if its script is not Latin."""

UNSPOKEN = {"camera_tap", "camera_nobody"}
"""Camera outcomes for which the widget has other texts (``login.idle``, ``camera.nobody``)."""

OF_THE_WIDGET = {"network", "timeout", "passkey_cancelled", "passkey_unavailable"}
"""Error codes that are not in the service's table."""

LIVENESS_REASONS = {"prompt_not_performed", "not_live"}


def test_no_file_has_a_key_twice() -> None:
    """The later entry would silently replace the first."""
    for path in sorted((web.FOLDER / "translations").rglob("*.js")):
        keys = re.findall(r"^\s*'([\w.-]+)':", path.read_text(), re.MULTILINE)
        assert keys, path
        assert [key for key, count in Counter(keys).items() if count > 1] == [], path


@pytest.fixture(scope="module")
def translations() -> Translations:
    return read_translations()


@pytest.fixture(scope="module")
def english(translations: Translations) -> Mapping[str, str]:
    return translations.sentences["en"]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sentences(translations: Translations, language: str) -> Mapping[str, str]:
    return translations.sentences[language]


@pytest.fixture(scope="module")
def code() -> str:
    return widget_code()


@pytest.fixture(scope="module")
def composed(translations: Translations) -> Mapping[str, Set[str]]:
    """Returns the keys that the widget composes at run time, by the template in its code."""
    outcomes = {outcome for outcome in translations.outcomes if outcome not in UNSPOKEN}
    codes = set(TABLE) | OF_THE_WIDGET | LIVENESS_REASONS
    return {
        "code.${code}": {f"code.{code}" for code in codes},
        "code.${outcome}": {f"code.{outcome}" for outcome in outcomes},
        "advice.${outcome}": {f"advice.{outcome}" for outcome in outcomes},
        "hint.${hint}": {f"hint.{hint}" for hint in [*Hint, *Prompt, "hold_still"]},
        "pose.${capture.pose}": {f"pose.{pose}" for pose in Target},
        "pose.${pose}": {f"pose.{pose}" for pose in Target},
        "pose.${pose}_how": {f"pose.{pose}_how" for pose in Target},
        "invalid.${name}": {f"invalid.{name}" for name in ["username", "password", "display_name", "email"]},
        "signup.ready_${tip}": {f"signup.ready_{tip}" for tip in ["alone", "light", "face"]},
        "login.${step}": {f"login.{step}" for step in ["checking", "matched"]},
    }


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def letters(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "", sentence)


def test_every_file_of_sentences_is_a_language_of_the_widget(translations: Translations) -> None:
    assert set(translations.sentences) == {"en", *LANGUAGES}


def test_a_language_has_the_keys_of_english_in_the_same_order(
    sentences: Mapping[str, str], english: Mapping[str, str]
) -> None:
    assert list(sentences) == list(english)


def test_a_sentence_has_the_placeholders_of_the_english_one(
    sentences: Mapping[str, str], english: Mapping[str, str]
) -> None:
    assert [key for key, words in sentences.items() if placeholders(words) != placeholders(english.get(key, ""))] == []


def test_no_sentence_is_empty(translations: Translations) -> None:
    empty = [
        (language, key)
        for language, sentences in translations.sentences.items()
        for key, words in sentences.items()
        if not letters(words).strip()
    ]
    assert empty == []


def test_no_sentence_is_left_in_english(
    language: str, sentences: Mapping[str, str], english: Mapping[str, str]
) -> None:
    same = {(language, key) for key, words in sentences.items() if words == english.get(key)}
    assert same <= SAME_AS_IN_ENGLISH


@pytest.mark.parametrize("language", SCRIPTS)
def test_every_sentence_is_written_in_the_letters_of_its_language(language: str, translations: Translations) -> None:
    foreign = [
        key
        for key, words in translations.sentences[language].items()
        if not any(unicodedata.name(letter, "").split()[0] in SCRIPTS[language] for letter in letters(words))
    ]
    assert foreign == []


def test_arabic_alone_is_written_from_right_to_left(translations: Translations) -> None:
    assert [language for language, direction in translations.directions.items() if direction == "rtl"] == ["ar"]


def test_every_key_that_the_widget_names_has_a_sentence(code: str, english: Mapping[str, str]) -> None:
    assert quoted_keys(code, english) <= set(english)


def test_every_way_in_which_the_widget_composes_keys_is_known_here(
    code: str, english: Mapping[str, str], composed: Mapping[str, Set[str]]
) -> None:
    templates = re.findall(rf"`((?:{'|'.join(sorted(groups_of(english)))})\.[^`]+)`", code)
    assert set(templates) == set(composed)


def test_every_key_that_the_widget_composes_has_a_sentence(
    english: Mapping[str, str], composed: Mapping[str, Set[str]]
) -> None:
    assert set().union(*composed.values()) <= set(english)


def test_no_sentence_is_unused(code: str, english: Mapping[str, str], composed: Mapping[str, Set[str]]) -> None:
    used = quoted_keys(code, english) | set().union(*composed.values())
    assert [key for key in english if key not in used] == []


def test_every_error_of_the_service_has_a_sentence(english: Mapping[str, str]) -> None:
    assert [code for code in TABLE if f"code.{code}" not in english] == []


def test_every_reason_against_a_capture_has_a_sentence(english: Mapping[str, str]) -> None:
    assert [reason for reason in Reason if f"code.{reason}" not in english] == []


def test_every_hint_of_the_guidance_has_a_sentence(english: Mapping[str, str]) -> None:
    assert [hint for hint in Hint if f"hint.{hint}" not in english] == []
