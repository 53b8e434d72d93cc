"""Reports how reliable matches are: the budget, the cut-offs, and the scores that they are based on."""

from collections.abc import Iterator

from db.core.engine import Database
from db.queries import disputes
from embeddings.core.models import ModelCard
from embeddings.scores.references import Group
from service.doctor.finding import Finding
from service.doctor.gallery_figures import ModelFigures, figures
from service.domain.budget import Budget
from service.domain.counted import counted, percent
from service.domain.impostor_model import ImpostorModel
from service.gallery.gallery import Gallery
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
        Finding("budget", _allowed(budget)),
        Finding("templates", f"{snapshot.templates:,} compared in each search"),
    ]
    for model in figures(snapshot, budget):
        findings.extend(_of_model(model, budget))
    with database.unit_of_work() as work:
        waiting = len(disputes.listed(work.session, decided=False))
    if waiting:
        findings.append(
            Finding("disputes", f"{waiting:,} open: decide them at the console, or with `visage dispute`", trouble=True)
        )
    return findings


def _of_model(found: ModelFigures, budget: Budget) -> Iterator[Finding]:
    model, decision = found.model, found.model.decision
    yield Finding("model", f"{model.model_id}, {counted(model.people, 'person', 'people')}")
    if not found.is_main:
        yield Finding("", "an earlier model: `visage reembed` renews its templates and retires it", trouble=True)
    yield Finding("cut-off", f"{decision.cutoff:.3f} for a search, {decision.verify_cutoff:.3f} for one person")
    yield from _of_reference(model.impostors)
    yield from _of_own_gallery(found)
    low, high = found.fpir
    yield Finding(
        "expected FPIR",
        f"{percent(low)} to {percent(high)} of strangers match (95 % interval); allowed: {percent(budget.fpir)}",
    )
    missed = percent(found.fnir)
    yield Finding("expected FNIR", f"{missed} of users are not recognised, by photographs taken years apart")
    yield from _limit(found, budget)


def _allowed(budget: Budget) -> str:
    return (
        f"FPIR {budget.fpir:g}: {percent(budget.fpir)} of searches for strangers may match; "
        f"FMR {budget.fmr:g}: {percent(budget.fmr)} of comparisons with one user may"
    )


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


def _of_own_gallery(found: ModelFigures) -> Iterator[Finding]:
    allowance, own = found.model.impostors.allowance, found.own
    if own is None:
        why = f"fewer than {MIN_PEOPLE} users" if found.model.people < MIN_PEOPLE else "not measured yet"
        yield Finding("own gallery", f"{why}: a stricter cut-off is used (higher by {allowance:.3f})")
        return
    yield Finding("own gallery", f"{own.people} people on {own.at:%Y-%m-%d}: raises the cut-off by {allowance:.3f}")
    if own.suspected_pairs:
        yield Finding("", f"{own.suspected_pairs} pairs of accounts look like one person, in that sample", trouble=True)


def _limit(found: ModelFigures, budget: Budget) -> Iterator[Finding]:
    text = f"FPIR {budget.fpir:g} is reliable for up to {counted(found.honest_people, 'user', 'users')}"
    if found.is_beyond:
        text += "; with more users the cut-off is extrapolated: require a second factor, or set a larger VISAGE_FPIR"
    yield Finding("gallery limit", text, trouble=found.is_beyond)
    if found.honest_by_reference is not None:
        yield Finding("", f"up to {found.honest_by_reference:,} users by the reference alone")
    if found.is_too_alike:
        yield Finding("", f"people in this gallery are too alike for this budget: {TOO_ALIKE}", trouble=True)
