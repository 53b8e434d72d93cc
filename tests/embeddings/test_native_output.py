"""The output of native libraries is dropped, whatever state the error stream is in."""

import io
import os
import sys

import pytest

from embeddings.core.native_output import muted_stderr
from tests.systems import needs_proc


class FullDisk(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@needs_proc
def test_a_stderr_that_cannot_be_flushed_is_muted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    with muted_stderr():
        assert os.readlink("/proc/self/fd/2") == os.devnull
    assert os.readlink("/proc/self/fd/2") != os.devnull
