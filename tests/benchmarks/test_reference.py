"""References are made from a sample and groups; the shipped ones predict plausible rates."""

import pytest

from benchmarks.accuracy.figures import SHIPPED
from benchmarks.accuracy.reference import FPIRS, GALLERIES, in_use, measure
from benchmarks.accuracy.reference_report import as_markdown
from benchmarks.accuracy.sample import sample_of
from embeddings.core.models import SFACE, ModelCard
from embeddings.scores.references import Reference, reference
from tests.benchmarks.evaluated import embedded_people, sample_people


def test_a_reference_is_made_of_a_sample_and_its_groups() -> None:
    group = sample_of(embedded_people("casia-facev5", 12), {SFACE: 1.0})
    made = measure(sample_people(noise=1.0), [group])
    assert made.level.people == 60
    assert [one.name for one in made.groups] == ["East Asian people before a webcam (CASIA-FaceV5)"]
    assert made.strictest.high == max(made.level.high, made.groups[0].level.high)
    assert Reference.from_json(made.as_json()) == made


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
def test_larger_galleries_and_smaller_budgets_need_higher_cutoffs(card: ModelCard) -> None:
    for budgets in in_use(reference(card.model_id), card)["ways"].values():
        strict, lenient = ([row["cutoff"] for row in budget["galleries"]] for budget in budgets)
        assert strict == sorted(strict)
        assert all(one >= other for one, other in zip(strict, lenient, strict=True))


def test_the_report_has_every_model_and_gallery_and_no_share_of_zero() -> None:
    models = {card.model_id: in_use(reference(card.model_id), card) for card in SHIPPED}
    report = as_markdown({"source": "two people", "models": models})
    for model_id in models:
        for people in GALLERIES:
            for fpir in FPIRS:
                assert f"| {model_id} | untaught | {fpir:g} | {people:,} |" in report
    assert "| 0.00%" not in report
