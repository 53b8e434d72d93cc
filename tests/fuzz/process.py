"""One target under atheris: ``python -m tests.fuzz.process TARGET CORPUS ... [libFuzzer's options]``; never returns."""

import sys

import atheris

with atheris.instrument_imports(include=["embeddings", "jwt", "service"], enable_loader_override=False):
    from tests.fuzz.targets import TARGETS


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name].run)
    atheris.Fuzz()
