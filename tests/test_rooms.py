"""Each package consists of rooms, and a room imports only itself and earlier rooms."""

import pytest

from tests.test_architecture import ROOT, imports_of

ROOMS = {
    "service": (
        "domain", "settings", "runtime", "audit", "images", "keys", "accounts", "faces", "gallery", "liveness", "login",
        "openid", "passkeys", "comparison", "privacy", "limiting", "transfer", "reembedding", "operator", "checking",
        "doctor", "history", "console", "construction", "services", "http", "app", "serving", "demo", "commands", "cli",
    ),
    "db": ("core", "queries", "search", "bulk", "server", "sharding"),
    "embeddings": ("core", "decode", "detect", "quality", "embed", "liveness", "scores", "weights"),
    "benchmarks": ("common", "accuracy", "pad", "peers", "speed", "soak"),
}  # fmt: skip
"""The rooms of each package in order: folders, and the files beside them."""


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_has_a_place_in_the_order(package: str) -> None:
    found = {
        path.stem for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert found - {"__init__"} == set(ROOMS[package])


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_imports_only_rooms_before_it(package: str) -> None:
    order = {room: place for place, room in enumerate(ROOMS[package])}
    breaches = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in imports_of(path)
        for room in [room_of(name.split("."), package)]
        if room in order and order[room] > order.get(path.relative_to(ROOT / package).parts[0].removesuffix(".py"), 0)
    }
    assert breaches == set()


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_says_what_it_is_for(package: str) -> None:
    silent = [
        str(folder.relative_to(ROOT))
        for folder in (ROOT / package).iterdir()
        if (folder / "__init__.py").is_file() and not (folder / "__init__.py").read_text().startswith('"""')
    ]
    assert silent == []


def room_of(name: list[str], package: str) -> str:
    """Returns the room that contains a dotted name; empty for a name outside the package."""
    return name[1] if len(name) > 1 and name[0] == package else ""
