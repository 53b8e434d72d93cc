"""Models are converted once and completely, and errors are explained in words."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

from embeddings.core.errors import ModelError, WeightsUnavailableError
from embeddings.core.models import FACENET_CASIA_WEBFACE, FACENET_VGGFACE2
from embeddings.weights import prepare, weights
from embeddings.weights.prepare import prepare_network
from embeddings.weights.weights import Download
from tests.embeddings.file_server import serving

MODEL = b"a converted network, one would think"
RECORD = json.dumps({"sha256": hashlib.sha256(MODEL).hexdigest()})


def write_model(_network: str, _weights_file: Path, model_file: Path) -> None:
    model_file.write_bytes(MODEL)
    model_file.with_suffix(".json").write_text(RECORD)


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The calls of a fake, fast converter."""
    asked: list[Path] = []

    def convert(network: str, weights_file: Path, model_file: Path) -> None:
        asked.append(model_file)
        write_model(network, weights_file, model_file)

    monkeypatch.setattr(prepare, "_run_converter", convert)
    return asked


def test_a_cached_model_is_used_at_once(
    conversions: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert prepare_network(FACENET_CASIA_WEBFACE, tmp_path) == first
    assert capsys.readouterr().err == ""
    assert len(conversions) == 1


@pytest.mark.parametrize("ending", [".tflite", ".json"])
@pytest.mark.parametrize("kept", [0, 20])
def test_a_truncated_cache_is_converted_again(
    conversions: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, kept: int
) -> None:
    model = prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    capsys.readouterr()
    damaged = model.with_suffix(ending)
    damaged.write_bytes(damaged.read_bytes()[:kept])
    assert prepare_network(FACENET_CASIA_WEBFACE, tmp_path).read_bytes() == MODEL
    assert "again, as the cached model is damaged" in capsys.readouterr().err
    assert len(conversions) == 2


@pytest.mark.parametrize("ending", [".tflite", ".json"])
def test_a_cache_with_one_bit_changed_is_converted_again(conversions: list[Path], tmp_path: Path, ending: str) -> None:
    damaged = prepare_network(FACENET_CASIA_WEBFACE, tmp_path).with_suffix(ending)
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    assert prepare_network(FACENET_CASIA_WEBFACE, tmp_path).read_bytes() == MODEL
    assert len(conversions) == 2


@pytest.mark.parametrize("ending", [".tflite", ".json"])
def test_a_cache_with_a_file_missing_is_converted_again(conversions: list[Path], tmp_path: Path, ending: str) -> None:
    prepare_network(FACENET_CASIA_WEBFACE, tmp_path).with_suffix(ending).unlink()
    assert prepare_network(FACENET_CASIA_WEBFACE, tmp_path).read_bytes() == MODEL
    assert len(conversions) == 2


def test_an_interrupted_conversion_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(_network: str, _weights_file: Path, model_file: Path) -> None:
        model_file.write_bytes(MODEL[:10])
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "_run_converter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_the_rest_of_a_killed_conversion_is_removed(conversions: list[Path], tmp_path: Path) -> None:
    model = prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    model.unlink()
    (tmp_path / f".{model.stem}-killed").mkdir()
    (tmp_path / f".{model.stem}-killed" / model.name).write_bytes(MODEL[:10])
    prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".lock", ".tflite"}


def test_a_converter_that_leaves_half_a_model_is_a_model_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def half(network: str, weights_file: Path, model_file: Path) -> None:
        write_model(network, weights_file, model_file)
        model_file.write_bytes(MODEL[:10])

    monkeypatch.setattr(prepare, "_run_converter", half)
    with pytest.raises(ModelError, match=r"left no whole facenet-casia-webface-"):
        prepare_network(FACENET_CASIA_WEBFACE, tmp_path)
    assert list(tmp_path.glob("*.tflite")) == []


def test_the_file_name_contains_the_hash_of_the_weights_and_the_converter_version(facenet_file: Path) -> None:
    assert facenet_file.name == "facenet-casia-webface-704afe26766c-int8-v2.tflite"


@pytest.mark.slow
def test_a_failed_conversion_says_why_and_leaves_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = b"not a weight file"
    listed = Download("wrong-weights.h5", "", hashlib.sha256(wrong).hexdigest())
    monkeypatch.setattr(weights, "published_vggface2", lambda: listed)
    with serving(wrong) as url, pytest.raises(ModelError, match="does not hold the weights"):
        prepare_network(FACENET_VGGFACE2, tmp_path, url)
    assert list(tmp_path.glob("*.tflite")) == []


def test_a_converter_that_cannot_start_is_a_model_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(ModelError, match="exit status 1"):
        prepare_network(FACENET_CASIA_WEBFACE, tmp_path)


def test_missing_weights_start_no_conversion(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailableError):
        prepare_network(FACENET_VGGFACE2, tmp_path, "http://127.0.0.1:1/weights.h5")
