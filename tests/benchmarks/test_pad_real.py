"""Footage of real people: how it is read, cut and counted. The footage here is drawn, and no figure comes from it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from benchmarks.pad.clips import LONGEST_SIDE, Clip, clips_in
from benchmarks.pad.rates import clopper_pearson
from benchmarks.pad.real import Outcome, count, outcomes_of
from benchmarks.pad.real_report import as_markdown
from benchmarks.pad.turns import turns_in
from embeddings.core.types import Box, Face, Pose, RGBImage
from embeddings.liveness import Prompt, Shot, Sight
from embeddings.liveness.passive import THRESHOLD, PassiveCheck
from tests.embeddings.presentations import shot

RATE = 20.0


class Brightness(PassiveCheck):
    """Takes bright frames for attacks."""

    def __init__(self) -> None:
        pass

    def score(self, sights: Sequence[Sight]) -> float:
        return float(np.mean([sight.image.mean() for sight in sights])) / 255.0


def find(image: RGBImage) -> list[Face]:
    """A face in every picture that is not black."""
    face = replace(shot(0).face, box=Box(8, 4, 56, 44), mesh=None, pose=Pose(0.0, 0.0, 0.0))
    return [face] if image.mean() > 10 else []


def write_video(file: Path, levels: Sequence[int], size: tuple[int, int] = (64, 48)) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), RATE, size)
    for level in levels:
        writer.write(np.full((size[1], size[0], 3), level, np.uint8))
    writer.release()


def write_picture(file: Path, level: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), np.full((40, 30, 3), level, np.uint8))


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    write_video(tmp_path / "video/real/ada_webcam.avi", [60] * 50)
    write_video(tmp_path / "video/attack/ada_phone.avi", [255] * 50)
    write_picture(tmp_path / "still/attack/bob_print.jpg", 255)
    write_picture(tmp_path / "crops/real/lab/1.jpg", 60)
    write_picture(tmp_path / "crops/real/lab/2.jpg", 0)
    return tmp_path


def test_a_name_says_who_is_seen_and_with_which_instrument(footage: Path) -> None:
    found = {(clip.kind, clip.source, clip.instrument) for clip in clips_in(footage)}
    assert found == {
        ("video", "ada", ""),
        ("video", "ada", "phone"),
        ("still", "bob", "print"),
        ("crops", "lab", ""),
    }


def test_a_folder_of_sessions_holds_no_clips(tmp_path: Path) -> None:
    assert clips_in(tmp_path) == []


def test_large_frames_are_shrunk_to_what_the_widget_sends(tmp_path: Path) -> None:
    write_video(tmp_path / "video/real/ada.avi", [60] * 3, (1280, 720))
    (clip,) = clips_in(tmp_path)
    frames = list(clip.frames())
    assert [at for at, _ in frames] == pytest.approx([0.0, 0.05, 0.1])
    assert max(frames[0][1].shape) == LONGEST_SIDE


def test_the_error_names_a_file_that_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "ada.mp4").write_text("no video")
    with pytest.raises(ValueError, match=r"ada\.mp4"):
        list(Clip("video", "ada", "", (tmp_path / "ada.mp4",)).frames())


def judged(footage: Path) -> list[Outcome]:
    return [one for clip in clips_in(footage) for one in outcomes_of(clip, find, Brightness(), [])]


def test_a_login_begins_every_second_of_a_video(footage: Path) -> None:
    logins = [one for one in judged(footage) if one.kind == "video" and not one.instrument]
    assert len(logins) == 2


def test_pictures_without_a_face_are_not_counted_as_logins(footage: Path) -> None:
    assert len([one for one in judged(footage) if one.source == "lab"]) == 1


def turning(yaws: Sequence[float], pitches: Sequence[float] | None = None) -> list[Shot]:
    return [
        shot(number, yaw=yaw, pitch=pitch, at=number / RATE)
        for number, (yaw, pitch) in enumerate(zip(yaws, pitches or [0.0] * len(yaws), strict=True))
    ]


def swing(to: float, frames: int = 10) -> list[float]:
    return [0.0] * 30 + np.linspace(0.0, to, frames).tolist() + [to] * 10 + [0.0] * 20


def test_a_turn_is_cut_once_for_each_frame_it_can_begin_with() -> None:
    found = list(turns_in(turning(swing(25.0))))
    assert [turn.prompt for turn in found] == [Prompt.TURN_LEFT, Prompt.TURN_LEFT]
    assert found[0].shots[0].at != found[1].shots[0].at
    assert found[0].shots[1].at - found[0].shots[0].at == pytest.approx(0.1)


def test_a_turn_to_the_other_side_is_one_to_the_right() -> None:
    assert {turn.prompt for turn in turns_in(turning(swing(-25.0)))} == {Prompt.TURN_RIGHT}


@pytest.mark.parametrize("yaws", [swing(10.0), [0.0] * 400 + swing(25.0, frames=300)], ids=["small", "slow"])
def test_a_head_that_drifts_makes_no_turn(yaws: Sequence[float]) -> None:
    assert list(turns_in(turning(yaws))) == []


def test_a_turned_head_does_not_look_up() -> None:
    still = [0.0] * 70
    assert {turn.prompt for turn in turns_in(turning(still, swing(25.0)))} == {Prompt.LOOK_UP}
    assert list(turns_in(turning([20.0] * 40 + [0.0] * 50, swing(25.0) + [0.0] * 20))) == []


def test_the_interval_of_clopper_and_pearson_is_that_of_the_literature() -> None:
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert clopper_pearson(4, 20) == pytest.approx((0.0573, 0.4366), abs=1e-4)


@pytest.fixture
def outcomes() -> list[Outcome]:
    people = [Outcome("video", name, "", score) for name in ("ada", "bob") for score in (0.1, 0.2, 0.3)]
    return [*people, Outcome("video", "ada", "phone", 0.25), Outcome("video", "bob", "monitor", 0.99)]


def test_a_source_is_judged_by_a_threshold_that_others_chose(outcomes: list[Outcome]) -> None:
    stranger = [Outcome("video", "eve", "", score) for score in (0.7, 0.8)]
    left_out = {row["source"]: row for row in count([*outcomes, *stranger], [1.0])["left_out"]}
    assert left_out["eve"]["threshold"] == pytest.approx(0.3)
    assert left_out["eve"]["video_bpcer"]["hits"] == 2
    assert left_out["ada"]["threshold"] == pytest.approx(0.8)
    assert left_out["ada"]["video_apcer"]["hits"] == 1


def test_sources_that_may_show_the_same_people_are_left_out_together(outcomes: list[Outcome]) -> None:
    twice = [*outcomes, Outcome("crops", "adam", "", 0.9)]
    assert "ada and adam" in {row["source"] for row in count(twice, [1.0])["left_out"]}


def test_the_report_has_each_source_with_its_interval(footage: Path) -> None:
    figures = cast(dict[str, Any], count(judged(footage), [1.0]))
    report = as_markdown(figures)
    assert "| video | ada | phone | 2 | 0 of 2, 0 % [0, 84] |" in report
    assert f"Threshold: {THRESHOLD}" in report
    assert "No figure here is drawn" in report


def test_the_report_has_how_much_still_pictures_seem_to_move(footage: Path) -> None:
    (row,) = count(judged(footage), [1.0])["stillness"]
    assert row["source"] == "ada"
    assert row["people"]["hits"] == row["people"]["of"] == 2
    assert row["stills"]["of"] == 2
    assert "Still pictures that a program" in as_markdown(count(judged(footage), [1.0]))
