"""Models are converted once, whole, and errors come out in words."""

import hashlib
import sys
from pathlib import Path

import pytest

from embeddings import prepare, weights
from embeddings.convert import write_atomically
from embeddings.errors import ModelError, WeightsUnavailableError
from embeddings.prepare import prepare_models
from embeddings.weights import CASIA_WEBFACE, VGGFACE2, Download
from tests.embeddings.file_server import serving


def test_a_cached_model_is_used_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    converted: list[Path] = []

    def convert(_weights_file: Path, model_file: Path) -> None:
        converted.append(model_file)
        model_file.write_bytes(b"model")

    monkeypatch.setattr(prepare, "_convert", convert)
    first = prepare_models(CASIA_WEBFACE, tmp_path)
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert prepare_models(CASIA_WEBFACE, tmp_path) == first
    assert capsys.readouterr().err == ""
    assert converted == [first]


def test_the_models_name_tells_weights_and_converter(facenet_file: Path) -> None:
    assert facenet_file.name == "facenet-casia-webface-704afe26766c-int8-v1.tflite"


def test_a_failed_conversion_says_why_and_leaves_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = b"not a weight file"
    listed = Download("wrong-weights.h5", "", hashlib.sha256(wrong).hexdigest())
    monkeypatch.setattr(weights, "published_vggface2", lambda: listed)
    with serving(wrong) as url, pytest.raises(ModelError, match="does not hold the weights"):
        prepare_models(VGGFACE2, tmp_path, url)
    assert list(tmp_path.glob("*.tflite")) == []


def test_a_converter_that_cannot_start_is_a_model_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(ModelError, match="exit status 1"):
        prepare_models(CASIA_WEBFACE, tmp_path)


def test_missing_weights_start_no_conversion(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailableError):
        prepare_models(VGGFACE2, tmp_path, "http://127.0.0.1:1/weights.h5")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
