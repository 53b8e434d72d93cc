"""Makes ``dist``: the files that a page loads, as few and as small as possible. ``python -m web.build.bundle``."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import web
from web.build.npm import NodeError, packages, run_node

LICENCES = {
    "swagger-ui-dist": ("LICENSE", "NOTICE", "swagger-ui-es-bundle.js.LICENSE.txt"),
    "uplot": ("LICENSE",),
}
"""Packages whose code is in the bundle, and the licence files that must accompany it."""

FLOOR = "chrome111,edge111,firefox113,safari16.4,ios16.4"
"""The oldest browsers that the widget supports: with ``color-mix()`` and constructable style sheets (docs/widget.md).
esbuild rewrites newer syntax of JavaScript and of style sheets for them; it adds no missing functions."""

MODULE = ("--format=esm", "--splitting", f"--target={FLOOR}")
CLASSIC_SCRIPT = ("--format=iife", "--target=es2015")
"""esbuild's options for ``web.CLASSIC``, which browsers below the floor run."""


def bundle(folder: Path = web.FOLDER) -> None:
    """Bundles each of ``web.ENTRIES`` into ``dist``, with everything that it imports.

    What a page imports on demand, the languages and the viewer of ``/docs``, goes into separate files in ``chunks``,
    named after their content. The licences of packages in the bundle go into ``licenses``. A page that loads from
    ``dist`` meanwhile gets each file complete, in its old or new version.

    Args:
        folder: the folder with the sources, in which ``dist`` is made.

    Raises:
        NodeError: npm could not fetch its packages, or esbuild found an error in the sources.
    """
    dist = folder / web.DIST
    dist.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dist, prefix=".") as scratch:
        made = Path(scratch)
        for name, source in web.ENTRIES.items():
            _esbuild(folder / source, made / name, CLASSIC_SCRIPT if name in web.CLASSIC else MODULE)
        for name, source in web.DECLARATIONS.items():
            shutil.copy(folder / source, made / name)
        _copy_licences(made / "licenses")
        _replace(made, dist)


def main(folder: Path = web.FOLDER) -> None:
    """Makes ``dist``. After an error removes it, because an old one is worse than none: the service works without."""
    try:
        bundle(folder)
    except NodeError as error:
        shutil.rmtree(folder / web.DIST)
        sys.exit(
            f"The widget could not be bundled. Pages load its modules one by one, and /docs has no viewer. {error}"
        )


def _esbuild(source: Path, bundled: Path, options: Sequence[str]) -> None:
    modules = packages(web.FOLDER)
    run_node(
        modules / "esbuild" / "bin" / "esbuild",
        str(source),
        "--bundle",
        *options,
        "--minify",
        "--charset=utf8",
        "--log-level=warning",
        f"--outdir={bundled.parent}",
        f"--entry-names={bundled.stem}",
        "--chunk-names=chunks/[name]-[hash]",
        folder=source.parent,
        modules=modules,
    )


def _copy_licences(folder: Path) -> None:
    folder.mkdir()
    for package, names in LICENCES.items():
        for name in names:
            shutil.copy(packages(web.FOLDER) / package / name, folder / f"{package}.{name}")


def _replace(made: Path, dist: Path) -> None:
    """Moves the new files in, each entry after the chunks that it loads, and removes files that are no longer made."""
    new = sorted(_files(made), key=lambda name: len(name.parts), reverse=True)
    for name in new:
        (dist / name).parent.mkdir(exist_ok=True)
        os.replace(made / name, dist / name)
    for name in _files(dist) - set(new):
        (dist / name).unlink(missing_ok=True)


def _files(folder: Path) -> set[Path]:
    """Lists the files in a folder, relative to it; skips hidden folders, which another process may be filling."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.parts[0].startswith(".")}


if __name__ == "__main__":
    main()
