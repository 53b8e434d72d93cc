"""What is told of networks that judge a face's texture."""

from collections.abc import Mapping
from typing import Any

from benchmarks.results import table

NOTE = """\
Each network sees one frame (480 x 360 pixels but for photographs as they are) cropped as its package crops it. The
threshold is the one below which 5 % of the webcam pictures of five people of LFW score. APCER: the share of attacks at
or above it; BPCER: the share of people below it; Wilson intervals of 95 %. The area under the curve (AUC) is 0.5 for a
guess: recaptures are compared with the same photographs before the same drawn webcam, drawn instruments with drawn
heads. **Recaptures are drawn**: halftone dots, paler blacks and paper for prints; stripes of pixels, beats and glare
for screens. No real print and no real screen was tried.
"""


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A table of AUC and APCER by species, and one of BPCER by whose pictures they are."""
    names = list(found)
    first = found[names[0]]
    attacks = [
        (species, first["apcer"][species]["of"], *(_attack(found[name], species) for name in names))
        for species in first["apcer"]
    ]
    people = [
        (who, first["bpcer"][who]["of"], *(_rate(found[name]["bpcer"][who]) for name in names))
        for who in first["bpcer"]
    ]
    own = [
        f"At its package's own threshold {name} rejects {_rate(one['own_bpcer'])} of five others' webcam pictures.\n"
        for name, one in found.items()
        if "own_bpcer" in one
    ]
    times = ", ".join(f"{name} {one['ms']:.1f} ms" for name, one in found.items())
    return "\n".join(
        [
            NOTE,
            "## Attacks: AUC, and APCER at the threshold\n",
            table(("species", "frames", *names), attacks),
            "## People: BPCER at the threshold\n",
            table(("pictures", "frames", *names), people),
            *own,
            f"Processor time of one face (median): {times}.\n",
        ]
    )


def _attack(one: Mapping[str, Any], species: str) -> str:
    return f"{one['auc'][species]:.2f}; {_rate(one['apcer'][species])}"


def _rate(share: Mapping[str, float]) -> str:
    return f"{share['hits'] / share['of']:.0%} [{share['low']:.0%}, {share['high']:.0%}]"
