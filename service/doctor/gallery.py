"""How far matches can be trusted: the budget, the cut-offs, and what they rest on."""

from collections.abc import Iterator

from db import disputes
from db.engine import Database
from embeddings.models import ModelCard
from embeddings.references import reference
from service.budget import Budget, fpir_of
from service.doctor.finding import Finding
from service.gallery import Gallery, ModelInUse
from service.impostors import MIN_PEOPLE

TOO_ALIKE = "look for accounts that resemble each other, ask for a second factor, or allow a larger VISAGE_FPIR"


def examine(database: Database, cards: list[ModelCard], budget: Budget) -> list[Finding]:
    """Looks at the gallery, its cut-offs, and what they rest on.

    Args:
        database: migrated and reachable.
        cards: the known models; the first is that of new enrolments.
        budget: of the settings.
    """
    snapshot = Gallery(database, cards, budget).now()
    findings = [
        Finding("budget", f"FPIR {budget.fpir:g} of searches, FMR {budget.fmr:g} of comparisons with one person"),
        Finding("templates", f"{snapshot.templates:,} that a search compares with"),
    ]
    for model in snapshot.models.values():
        findings.extend(_of_model(model, budget, snapshot.templates, is_main=model.model_id == snapshot.main))
    with database.unit_of_work() as work:
        waiting = len(disputes.listed(work.session, decided=False))
    if waiting:
        findings.append(Finding("disputes", f"{waiting:,} wait for you: see `visage dispute list`", trouble=True))
    return findings


def _of_model(model: ModelInUse, budget: Budget, templates: int, *, is_main: bool) -> Iterator[Finding]:
    known, decision = reference(model.model_id), model.decision
    yield Finding("model", f"{model.model_id}, {model.people:,} people")
    if not is_main:
        yield Finding("", "an earlier model: `visage reembed` renews its templates, then retires it", trouble=True)
    yield Finding("cut-off", f"{decision.cutoff:.3f} for a search, {decision.verify_cutoff:.3f} for one person")
    yield Finding("reference", f"{known.source}; {known.impostors.comparisons:,} impostor scores")
    yield from _of_own_gallery(model)
    low, high = (
        fpir_of(max(rates), max(templates, 1))
        for rates in zip(*(tail.rate_interval(decision.cutoff) for tail in model.tails), strict=True)
    )
    yield Finding("expected FPIR", f"{budget.fpir:g}, or anything from {low:.2g} to {high:.2g} (95 %)")
    yield Finding(
        "expected FNIR", f"{known.fnmr_at(decision.cutoff):.1%} by the reference's photographs, taken years apart"
    )
    honest = budget.largest_honest_gallery(model.tails)
    text = f"up to {honest:,} people the scores known support this budget"
    beyond = templates > honest
    if beyond:
        text += ": beyond them the cut-off is an extrapolation; ask for a second factor, or allow a larger VISAGE_FPIR"
    yield Finding("honest", text, trouble=beyond)
    _, *of_gallery = model.tails
    if any(tail.score_at(budget.fmr_of_search(templates)) > known.same_person for tail in of_gallery):
        yield Finding("", f"strangers are too alike here for this budget: {TOO_ALIKE}", trouble=True)


def _of_own_gallery(model: ModelInUse) -> Iterator[Finding]:
    if model.estimated is None:
        yield Finding("own gallery", f"not looked at yet: that takes {MIN_PEOPLE} people")
        return
    tail = model.tails[-1]
    yield Finding(
        "own gallery",
        f"{tail.comparisons:,} impostor scores of {tail.people:,} people on {model.estimated.estimated_at:%Y-%m-%d}",
    )
    if model.estimated.suspected_pairs:
        pairs = model.estimated.suspected_pairs
        yield Finding("", f"{pairs} pairs of accounts look like one person and were left out", trouble=True)
