"""Assurance levels."""

from typing import get_args

import pytest

from service.domain.levels import Level, Requirement, required_level

STRONGER = {
    Level.FACE: {
        Level.FACE, Level.PASSIVE_FACE, Level.CHALLENGED_FACE, Level.FACE_AND_PASSKEY,
        Level.CHALLENGED_FACE_AND_PASSKEY,
    },
    Level.PASSIVE_FACE: {Level.PASSIVE_FACE, Level.CHALLENGED_FACE, Level.CHALLENGED_FACE_AND_PASSKEY},
    Level.CHALLENGED_FACE: {Level.CHALLENGED_FACE, Level.CHALLENGED_FACE_AND_PASSKEY},
    Level.PASSWORD: {Level.PASSWORD},
    Level.PASSKEY: {Level.PASSKEY, Level.FACE_AND_PASSKEY, Level.CHALLENGED_FACE_AND_PASSKEY},
    Level.FACE_AND_PASSKEY: {Level.FACE_AND_PASSKEY, Level.CHALLENGED_FACE_AND_PASSKEY},
    Level.CHALLENGED_FACE_AND_PASSKEY: {Level.CHALLENGED_FACE_AND_PASSKEY},
}  # fmt: skip
"""Which levels satisfy each requirement."""


@pytest.mark.parametrize("required", Level)
def test_a_level_is_satisfied_by_levels_that_include_it(required: Level) -> None:
    assert {level for level in Level if level.satisfies(required)} == STRONGER[required]


@pytest.mark.parametrize(
    ("level", "methods"),
    [
        (Level.PASSWORD, ["pwd"]),
        (Level.CHALLENGED_FACE, ["face"]),
        (Level.PASSKEY, ["hwk"]),
        (Level.FACE_AND_PASSKEY, ["face", "hwk"]),
    ],
)
def test_the_methods_of_a_level_are_in_amr(level: Level, methods: list[str]) -> None:
    assert level.methods == methods


@pytest.mark.parametrize("level", Level)
def test_a_passkey_never_lowers_a_level_of_a_face(level: Level) -> None:
    raised = level.with_passkey()
    assert raised.satisfies(Level.PASSKEY)
    assert raised.satisfies(Level.CHALLENGED_FACE) == level.satisfies(Level.CHALLENGED_FACE)
    assert raised.has_face == level.has_face


def test_every_level_can_be_required_and_nothing_else() -> None:
    assert [required_level(name) for name in get_args(Requirement)] == [None, *Level]


def test_a_face_alone_is_strong_only_with_a_challenge() -> None:
    assert {level for level in Level if not level.is_strong} == {Level.FACE, Level.PASSIVE_FACE}
    assert {level for level in Level if not level.has_secret} == {Level.FACE, Level.PASSIVE_FACE, Level.CHALLENGED_FACE}
