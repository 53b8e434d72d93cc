"""Reports how reliable matches are: the budget, the cut-offs, and the scores that they are based on."""

from collections.abc import Iterator

from db.core.engine import Database
from db.queries import disputes
from embeddings.core.models import ModelCard
from embeddings.scores.references import Group
from service.doctor.finding import Finding
from service.domain.budget import Budget, fpir_of
from service.domain.impostor_model import ImpostorModel
from service.gallery.gallery import Gallery, ModelInUse
from service.gallery.impostors import MIN_PEOPLE

TOO_ALIKE = "look for accounts that resemble each other, require a second factor, or set a larger VISAGE_FPIR"
NOT_MEASURED = "children, old people, and most groups of people in the world: for them the budget may not hold"


def examine(database: Database, cards: list[ModelCard], budget: Budget) -> list[Finding]:
    """Reports on the gallery, its cut-offs, and their basis.

    Args:
        database: migrated and reachable.
        cards: the known models; the first is the model of new enrolments.
        budget: the settings' budget.
    """
    snapshot = Gallery(database, cards, budget).snapshot()
    findings = [
        Finding("budget", f"FPIR {budget.fpir:g} of searches, FMR {budget.fmr:g} of comparisons with one person"),
        Finding("templates", f"{snapshot.templates:,} compared in each search"),
    ]
    for model in snapshot.models.values():
        findings.extend(_of_model(model, budget, snapshot.templates, is_main=model.model_id == snapshot.main))
    with database.unit_of_work() as work:
        waiting = len(disputes.listed(work.session, decided=False))
    if waiting:
        findings.append(Finding("disputes", f"{waiting:,} open: see `visage dispute list`", trouble=True))
    return findings


def _of_model(model: ModelInUse, budget: Budget, templates: int, *, is_main: bool) -> Iterator[Finding]:
    impostors, decision = model.impostors, model.decision
    known = impostors.reference
    yield Finding("model", f"{model.model_id}, {model.people:,} people")
    if not is_main:
        yield Finding("", "an earlier model: `visage reembed` renews its templates and retires it", trouble=True)
    yield Finding("cut-off", f"{decision.cutoff:.3f} for a search, {decision.verify_cutoff:.3f} for one person")
    yield from _of_reference(impostors)
    yield from _of_own_gallery(model)
    low, high = (fpir_of(rate, max(templates, 1)) for rate in impostors.rate_interval(decision.cutoff))
    yield Finding("expected FPIR", f"{low:.2g} to {high:.2g} (95 %), within a budget of {budget.fpir:g}")
    yield Finding(
        "expected FNIR", f"{known.fnmr_at(decision.cutoff):.1%} by the reference's photographs, taken years apart"
    )
    yield from _honest(impostors, budget, templates)


def _of_reference(impostors: ImpostorModel) -> Iterator[Finding]:
    known = impostors.reference
    yield Finding("reference", f"{known.source}; {known.impostors.comparisons:,} impostor scores")
    for group in known.groups:
        yield Finding("", _of_group(group))
    yield Finding("not measured", NOT_MEASURED)


def _of_group(group: Group) -> str:
    low, high = group.fmr_ratio_interval
    return (
        f"{group.name} ({group.level.people}): false matches {group.fmr_ratio:.2g} times as often as among the "
        f"reference's people at one cut-off [{low:.2g}, {high:.2g}]"
    )


def _of_own_gallery(model: ModelInUse) -> Iterator[Finding]:
    allowance = f"raises the cut-off by {model.impostors.allowance:.3f}"
    if model.estimated is None or model.impostors.gallery is None:
        yield Finding("own gallery", f"not measured yet (needs {MIN_PEOPLE} people): the strictest group {allowance}")
        return
    level = model.estimated.level
    yield Finding(
        "own gallery", f"{level.sampled_people} people on {model.estimated.estimated_at:%Y-%m-%d}: {allowance}"
    )
    if level.suspected_pairs:
        yield Finding("", f"{level.suspected_pairs} pairs of accounts look like one person", trouble=True)


def _honest(impostors: ImpostorModel, budget: Budget, templates: int) -> Iterator[Finding]:
    honest = budget.largest_honest_gallery(impostors)
    text = f"the known scores support this budget for up to {honest:,} people"
    beyond = templates > honest
    if beyond:
        text += ": beyond that the cut-off is extrapolated; require a second factor, or set a larger VISAGE_FPIR"
    yield Finding("honest", text, trouble=beyond)
    if impostors.gallery is not None:
        alone = budget.largest_honest_gallery(ImpostorModel(impostors.reference))
        yield Finding("", f"up to {alone:,} by the reference alone")
    rate = budget.fmr_of_search(templates)
    if impostors.cutoff(rate) < impostors.reference.impostors.score_at(rate) + impostors.allowance:
        yield Finding("", f"people in this gallery are too alike for this budget: {TOO_ALIKE}", trouble=True)
