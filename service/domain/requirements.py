"""The requirements of ``VISAGE_REQUIRE`` and ``visage client add --require``: levels in short words."""

from collections.abc import Mapping
from typing import Literal, get_args

from service.domain.levels import Level

Requirement = Literal[
    "any", "pwd", "face", "face:passive", "face:challenge", "passkey", "face+passkey", "face:challenge+passkey"
]
REQUIREMENTS: tuple[Requirement, ...] = get_args(Requirement)

LEVELS: Mapping[str, Level | None] = {
    word: None if word == "any" else Level(f"urn:visage:{word}") for word in REQUIREMENTS
}
"""The level that each word requires; None requires nothing."""
