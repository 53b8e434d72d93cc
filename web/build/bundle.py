"""Makes ``dist``: what a page loads, in as few and as small files as can be. ``python -m web.build.bundle``."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import web
from web.build.npm import NodeError, packages, run_node

LICENCES = {"swagger-ui-dist": ("LICENSE", "NOTICE", "swagger-ui-es-bundle.js.LICENSE.txt")}
"""Packages whose code is in the bundle, and the files that have to go with it."""


def bundle(folder: Path = web.FOLDER) -> None:
    """Puts each of ``web.ENTRIES`` into ``dist``, with all that it imports inside it.

    What a page imports only when it needs it, the languages and the viewer of ``/docs``, goes into separate files in
    ``chunks``, named after their content. The licences of packages in the bundle go into ``licenses``. A page that
    loads from ``dist`` meanwhile finds each file as it was or as it is, never a part of one.

    Args:
        folder: holds the sources, and gets ``dist``.

    Raises:
        NodeError: npm could not fetch its packages, or esbuild finds an error in the sources.
    """
    dist = folder / web.DIST
    dist.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dist, prefix=".") as scratch:
        made = Path(scratch)
        for name, source in web.ENTRIES.items():
            _esbuild(folder / source, made / name)
        for name, source in web.DECLARATIONS.items():
            shutil.copy(folder / source, made / name)
        _copy_licences(made / "licenses")
        _replace(made, dist)


def main(folder: Path = web.FOLDER) -> None:
    """Makes it, or leaves none rather than an old one: the service does without."""
    try:
        bundle(folder)
    except NodeError as error:
        shutil.rmtree(folder / web.DIST)
        sys.exit(
            "The widget could not be bundled, so that pages load its modules one by one, and /docs has no viewer. "
            f"{error}"
        )


def _esbuild(source: Path, bundled: Path) -> None:
    modules = packages(web.FOLDER)
    run_node(
        modules / "esbuild" / "bin" / "esbuild",
        str(source),
        "--bundle",
        "--format=esm",
        "--splitting",
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
    """Moves the new files in, an entry after the chunks that it loads, and takes away those that are no more."""
    new = sorted(_files(made), key=lambda name: len(name.parts), reverse=True)
    for name in new:
        (dist / name).parent.mkdir(exist_ok=True)
        os.replace(made / name, dist / name)
    for name in _files(dist) - set(new):
        (dist / name).unlink(missing_ok=True)


def _files(folder: Path) -> set[Path]:
    """The files in a folder, relative to it, but for those of hidden folders: another process may be making them."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.parts[0].startswith(".")}


if __name__ == "__main__":
    main()
