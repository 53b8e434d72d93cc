"""The consent form: its text in every language, an operator's own form, and the record of a consent."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import web
from service.domain.consent import ConsentForm, ConsentStatement, read_consent_form
from service.domain.errors import ConsentOutdatedError

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def form() -> ConsentForm:
    return ConsentForm(version="7", texts={"pt-BR": "aceito", "en": "I agree", "zh-Hant": "同意", "zh": "我同意"})


def written(folder: Path, content: Any) -> Path:
    path = folder / "consent.json"
    path.write_text(json.dumps(content))
    return path


def test_the_service_has_words_in_every_language_of_the_widget() -> None:
    languages = {path.stem for path in (web.FOLDER / "translations").glob("*.js")}
    assert set(read_consent_form().texts) == languages


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh", "zh"),
        ("zh-TW", "zh"),
        ("zh-hant-TW", "zh-Hant"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("de", "en"),
        ("english", "en"),
        ("", "en"),
        ("-", "en"),
    ],
)
def test_a_language_gets_the_closest_words(form: ConsentForm, asked: str, told: str) -> None:
    assert form.wording(asked).language == told


def test_without_english_other_languages_get_the_first_words() -> None:
    form = ConsentForm(version="7", texts={"it": "accetto", "de": "ja"})
    assert form.wording("fr").text == "accetto"


def test_a_consent_is_recorded_with_version_language_and_time(form: ConsentForm) -> None:
    given = form.given(NOW, ConsentStatement("7", "zh"))
    assert given == {"version": "7", "language": "zh", "at": "2026-11-25T12:00:00+00:00"}


def test_a_consent_to_unnamed_words_is_one_to_the_present_version(form: ConsentForm) -> None:
    assert form.given(NOW) == {"version": "7", "at": "2026-11-25T12:00:00+00:00"}


@pytest.mark.parametrize(
    "agreement", [ConsentStatement("6", "en"), ConsentStatement("7", "de"), ConsentStatement("", "en")]
)
def test_a_consent_to_another_text_is_refused(form: ConsentForm, agreement: ConsentStatement) -> None:
    with pytest.raises(ConsentOutdatedError):
        form.given(NOW, agreement)


def test_an_operator_brings_other_words(tmp_path: Path) -> None:
    form = read_consent_form(written(tmp_path, {"version": "ours-1", "texts": {"nl": "Ik ga akkoord."}}))
    assert form.wording("nl-BE").text == "Ik ga akkoord."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], "the whole: "),
        ({"texts": {"en": "I agree"}}, "version: "),
        ({"version": 7, "texts": {"en": "I agree"}}, "version: "),
        ({"version": "7", "texts": {}}, "texts: "),
        ({"version": "7", "texts": {"en": ""}}, "texts.en: "),
        ({"version": "7", "texts": {"not a tag": "I agree"}}, "texts.not a tag"),
        ({"version": "7", "texts": {"en": "I agree"}, "text": "I agree"}, "text: "),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_is_wrong(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=f"is not a consent form: .*{problem}"):
        read_consent_form(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe"])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "consent.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not JSON"):
        read_consent_form(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read_consent_form(tmp_path / "nowhere.json")


def test_a_byte_order_mark_of_the_file_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "consent.json"
    path.write_text('{"version": "1", "texts": {"en": "I agree."}}', encoding="utf-8-sig")
    assert read_consent_form(path).version == "1"


def test_words_that_are_there_twice_in_a_language_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "consent.json"
    path.write_text('{"version": "1", "texts": {"en": "I agree.", "en": "I do not."}}')
    with pytest.raises(ValueError, match="en is there twice"):
        read_consent_form(path)
