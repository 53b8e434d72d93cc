"""Judges footage of real people and real instruments: the passive check, each part of the challenge, and both.

A login is three frames, 0.3 seconds apart, of a face that looks ahead; a new one begins every second of a video. A
picture is a login by itself. A turn is judged like the frames of a challenge with one prompt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from benchmarks.common.faces import Photograph
from benchmarks.pad.clips import Clip
from benchmarks.pad.footage import decoded
from benchmarks.pad.rates import clopper_pearson
from benchmarks.pad.stillness import STILL, movement
from benchmarks.pad.turns import PER_SECOND, SLOWER_OR_FASTER, turns_in
from embeddings.core.types import Face
from embeddings.liveness import Flaw, Shot, Sight, judge
from embeddings.liveness.passive import MOST_FRAMES, THRESHOLD, PassiveCheck
from tests.sitters import Find
from tests.turned_heads import encode_jpeg

APART, EVERY = 0.3, 1.0
"""Seconds between the frames of one login, and between the beginnings of two."""
AHEAD = 20.0
"""Degrees to the side or up, at most, of a face that looks ahead; a camera below a screen sees it look up."""
NOISE, QUALITY, SEED = 6.0, 80, 2028
"""Grey levels of noise that are drawn over a still picture, and the quality of its JPEG."""
MOST_REFUSED = 0.02
"""Share of people's logins that a threshold may refuse, where it is chosen."""


TURNS = {"as the widget": PER_SECOND, "at four rates": SLOWER_OR_FASTER}
"""How turns are cut: the kinds of outcome, and the frames a second."""


@dataclass(frozen=True)
class Outcome:
    """One login or turn of a clip.

    Attributes:
        kind: of the clip; one of ``TURNS`` for a turn, ``photograph`` for a person of a folder of photographs.
        source: as the clip's.
        instrument: likewise.
        score: of an attack, by the passive check.
        flaws: what the judge found in a turn.
        moved: how far the face of a login in a video moves, and how far its first frame seems to that is sent again.
    """

    kind: str
    source: str
    instrument: str
    score: float
    flaws: Sequence[Flaw] = ()
    moved: tuple[float, float] | None = None


def outcomes_of(clip: Clip, find: Find, check: PassiveCheck, milliseconds: list[float]) -> Iterator[Outcome]:
    """Every login and every turn of a clip; the time that a frame took to judge is added to ``milliseconds``."""
    if clip.kind != "video":
        for picture in clip.pictures():
            faces = find(picture)
            if faces:
                score = _timed(check, [Sight(picture, faces[0])], milliseconds)
                yield Outcome(clip.kind, clip.source, clip.instrument, score)
        return
    shots = [Shot(image, faces[0], at, 0) for at, image in clip.frames() if (faces := find(image))]
    for sights in _logins(shots):
        score = _timed(check, sights, milliseconds)
        moved = movement(sights), movement(_sent_again(sights[0], len(sights)))
        yield Outcome("video", clip.source, clip.instrument, score, moved=moved)
    meshed = [shot for shot in shots if shot.face.mesh is not None]
    for kind, per_second in TURNS.items() if len(meshed) > 1 else ():
        for turn in turns_in(meshed, per_second):
            sights = [Sight(shot.image, shot.face) for shot in turn.shots[:MOST_FRAMES]]
            flaws = judge(turn.shots, [turn.prompt]).flaws
            yield Outcome(kind, clip.source, clip.instrument, check.score(sights), flaws)


def people_of(name: str, photographs: Iterable[Photograph], find: Find, check: PassiveCheck) -> Iterator[Outcome]:
    """One login of each person, by the first photograph in which they look ahead."""
    seen: set[str] = set()
    for photograph in photographs:
        if photograph.person in seen:
            continue
        picture = photograph.read()
        for face in find(picture)[:1]:
            if _ahead(face):
                seen.add(photograph.person)
                yield Outcome("photograph", name, "", check.score([Sight(picture, face)]))


def count(outcomes: Sequence[Outcome], milliseconds: Sequence[float]) -> dict[str, Any]:
    """The figures of a report."""
    logins = [one for one in outcomes if one.kind not in TURNS]
    turns = [one for one in outcomes if one.kind in TURNS]
    return {
        "passive_ms": median(milliseconds) if milliseconds else None,
        "threshold": THRESHOLD,
        "passive": [_passive_row(logins, *key) for key in sorted({_key(one) for one in logins})],
        "left_out": [_left_out(logins, source) for source in sorted({_group(one.source) for one in logins})],
        "still": STILL,
        "noise": NOISE,
        "stillness": list(_stillness(logins)),
        "turns": [_turn_row(turns, *key) for key in sorted({_key(one) for one in turns})],
    }


def _sent_again(sight: Sight, times: int) -> list[Sight]:
    """One frame several times, each with noise of its own."""
    random, again = np.random.default_rng(SEED), []
    for _ in range(times):
        noisy = sight.image + random.normal(0.0, NOISE, sight.image.shape)
        pixels = decoded(encode_jpeg(np.clip(noisy, 0, 255).astype(np.uint8), QUALITY))
        again.append(replace(sight, image=pixels))
    return again


def _stillness(logins: Sequence[Outcome]) -> Iterator[Mapping[str, Any]]:
    for source in sorted({one.source for one in logins if one.moved and not one.instrument}):
        own = np.array([one.moved for one in logins if one.moved and one.source == source and not one.instrument])
        yield {
            "source": source,
            "people": _share(own[:, 0] < STILL),
            "least": float(own[:, 0].min()),
            "stills": _share(own[:, 1] >= STILL),
            "most": float(own[:, 1].max()),
        }


def _logins(shots: Sequence[Shot]) -> Iterator[list[Sight]]:
    begin = -EVERY
    for number, shot in enumerate(shots):
        if shot.at < begin + EVERY or not _ahead(shot.face):
            continue
        wanted = [shot.at + APART * frame for frame in range(MOST_FRAMES)]
        later = [next((one for one in shots[number:] if one.at >= at - 1e-6), None) for at in wanted]
        frames = [one for one in later if one is not None and _ahead(one.face)]
        if len(frames) == MOST_FRAMES and all(after.at - before.at < 2 * APART for before, after in pairwise(frames)):
            begin = shot.at
            yield [Sight(one.image, one.face) for one in frames]


def _ahead(face: Face) -> bool:
    return max(abs(face.pose.yaw), abs(face.pose.pitch)) <= AHEAD


def _timed(check: PassiveCheck, sights: Sequence[Sight], milliseconds: list[float]) -> float:
    start = process_time()
    score = check.score(sights)
    milliseconds.append(1000 * (process_time() - start) / len(sights))
    return score


def _key(one: Outcome) -> tuple[str, str, str]:
    return one.kind, one.source, one.instrument


def _group(source: str) -> str:
    """Sources whose names begin alike may show the same people."""
    return source[:3]


def _passive_row(logins: Sequence[Outcome], kind: str, source: str, instrument: str) -> Mapping[str, Any]:
    scores = np.array([one.score for one in logins if _key(one) == (kind, source, instrument)])
    wrong = scores < THRESHOLD if instrument else scores >= THRESHOLD
    quartiles = np.quantile(scores, [0.25, 0.5, 0.75]).tolist()
    return {"kind": kind, "source": source, "instrument": instrument, **_share(wrong), "quartiles": quartiles}


def _left_out(logins: Sequence[Outcome], group: str) -> Mapping[str, Any]:
    """What becomes of one source at the threshold that the people of all others choose."""
    others = np.sort([one.score for one in logins if _group(one.source) != group and not one.instrument])
    allowed = int(MOST_REFUSED * len(others))
    threshold = float(np.nextafter(others[len(others) - 1 - allowed], 2.0)) if len(others) else THRESHOLD
    own = [one for one in logins if _group(one.source) == group]
    rows: dict[str, Any] = {"source": " and ".join(sorted({one.source for one in own})), "threshold": threshold}
    for kind in ("video", "crops", "still", "photograph"):
        for name, attack in (("apcer", True), ("bpcer", False)):
            scores = np.array([one.score for one in own if one.kind == kind and bool(one.instrument) == attack])
            if len(scores):
                rows[f"{kind}_{name}"] = _share(scores < threshold if attack else scores >= threshold)
    return rows


def _turn_row(turns: Sequence[Outcome], kind: str, source: str, instrument: str) -> Mapping[str, Any]:
    """How many turns each part takes for an attack, and both parts together."""
    own = [one for one in turns if _key(one) == (kind, source, instrument)]
    passive = np.array([one.score >= THRESHOLD for one in own])
    challenge = np.array([bool(one.flaws) for one in own])
    by_flaw = {flaw.value: _share(np.array([flaw in one.flaws for one in own])) for flaw in Flaw}
    return {
        "cut": kind,
        "source": source,
        "instrument": instrument,
        "flaws": {name: share for name, share in by_flaw.items() if share["hits"]},
        "challenge": _share(challenge),
        "passive": _share(passive),
        "both": _share(passive | challenge),
    }


def _share(hits: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, float]:
    low, high = clopper_pearson(int(hits.sum()), len(hits))
    return {"hits": int(hits.sum()), "of": len(hits), "low": low, "high": high}
