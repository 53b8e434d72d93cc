"""Prints how much memory decoding needs, in its own process: ``python -m tests.embeddings.decoding_memory FILE``."""

import subprocess
import sys
from pathlib import Path

import cv2

from embeddings.decode.decode import decode_image

PLENTY = 1_000_000_000


def memory_for(file: Path) -> int:
    """Returns by how many bytes a process's peak memory grows when it decodes a file."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(file)], capture_output=True, text=True, check=True, timeout=120
    )
    return int(done.stdout)


def _memory(kind: str) -> int:
    """Returns bytes of this process from a line of proc_pid_status(5). (getrusage's peak includes the parent's.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{kind}:")[1].split()[0]) * 1024


def main() -> None:
    """Decodes the file on the command line."""
    cv2.setNumThreads(1)
    data = Path(sys.argv[1]).read_bytes()
    before = _memory("VmRSS")
    decode_image(data, PLENTY)
    print(_memory("VmHWM") - before)


if __name__ == "__main__":
    main()
