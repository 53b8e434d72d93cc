"""Builds a wheel with the bundled widget inside; ``pyproject.toml`` says everything else."""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.errors import ExecError

ROOT = Path(__file__).resolve().parent


class BuildWithWidget(build_py):
    """Bundles the widget before the files are copied. An editable installation serves the sources: ``make`` bundles."""

    def run(self) -> None:
        """Overrides setuptools."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)  # or removed files of earlier builds get into the wheel
            _bundle_widget()
        super().run()


def _bundle_widget() -> None:
    """Makes ``web/dist``. Raises ExecError, because a wheel without it has no API viewer and slow pages."""
    sys.path.insert(0, str(ROOT))
    try:
        from web.build.bundle import bundle  # noqa: PLC0415 (found only now)
        from web.build.npm import NodeError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ExecError(
            f"the widget could not be bundled: {error.name} is missing from the build's environment"
        ) from error
    try:
        bundle()
    except NodeError as error:
        raise ExecError(f"the widget could not be bundled, and a wheel needs it: {error}") from error


setup(cmdclass={"build_py": BuildWithWidget})
