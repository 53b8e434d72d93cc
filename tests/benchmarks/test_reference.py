"""What the reference scores foretell, of the references as shipped."""

import pytest
from benchmarks.evaluation.networks import SHIPPED

from benchmarks.reference import FPIRS, GALLERIES, in_use
from benchmarks.reference_report import as_markdown
from embeddings.models import ModelCard
from embeddings.references import reference


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
def test_larger_galleries_and_smaller_budgets_need_higher_cutoffs(card: ModelCard) -> None:
    strict, lenient = (
        [row["cutoff"] for row in budget["galleries"]] for budget in in_use(reference(card.model_id), card)["budgets"]
    )
    assert strict == sorted(strict)
    assert all(one > other for one, other in zip(strict, lenient, strict=True))


def test_the_report_tells_every_model_and_gallery_and_invents_no_share() -> None:
    weights = [{"mobilefacenet": 2.0, "dlib": 0.0, "shape": -0.1, "fnmr": {"0.0001": 0.25}}]
    models = {card.model_id: in_use(reference(card.model_id), card) for card in SHIPPED}
    report = as_markdown({"source": "two people", "models": models, "weights": weights})
    for model_id in models:
        for people in GALLERIES:
            assert f"| {model_id} | {people:,} |" in report
    assert all(f"honest up to, FPIR {fpir:g}" in report for fpir in FPIRS)
    assert "below 0.10%" in report
    assert "| 0.00%" not in report
