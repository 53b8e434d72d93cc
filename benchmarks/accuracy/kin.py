"""Computes the scores between twins and between siblings."""

from typing import Any

from benchmarks.accuracy.embedded import Embedded


def kin_scores(embedded: Embedded, network: str) -> list[dict[str, Any]]:
    """Returns, for each pair of twins or siblings, the numbers of photographs and the scores between them."""
    vectors = embedded.vectors(network)
    rows = []
    for one, other in sorted(embedded.kin):
        scores = vectors[embedded.people == one] @ vectors[embedded.people == other].T
        rows.append(
            {
                "photographs": list(scores.shape),
                "least": float(scores.min()),
                "mean": float(scores.mean()),
                "most": float(scores.max()),
            }
        )
    return sorted(rows, key=lambda row: -row["most"])
