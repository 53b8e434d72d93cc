"""Measures the whole service on people it has not seen: sign-ups and searches over HTTP, with the shipped cut-offs.

``python -m benchmarks.accuracy.over_http --faces FOLDER [--errata FILE]``: people with at least four usable photographs
sign up with three of them. Their other photographs, and those of everybody else, are then searched for. A photograph is
usable if the service accepts it as a capture. Twins and siblings of enrolled people are left out.
"""

import argparse
import base64
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.common.engines import MODELS
from benchmarks.common.http_client import Client, StatusError
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, interval, table, write_results
from benchmarks.common.statistics import Counts, Integers
from db.core.engine import Database, create_database
from db.queries import impostor_levels
from db.server.embedded import EmbeddedPostgres
from embeddings.core.models import CARDS
from service.domain.budget import Budget
from service.gallery.gallery import MAX_AGE_SECONDS, Gallery
from service.gallery.impostors import GROWTH
from tests.running_service import RunningService
from tests.waiting import wait_until

CAPTURES, SEED = 3, 20261124
FPIR, FMR = 0.001, 0.0001
"""The service's defaults."""

REFUSED = "refused"
"""The result of a search whose photograph the service refused."""

REFUSALS = (409, 422)
"""Statuses for a face that is enrolled already, and for one that cannot be used."""

PASSWORD = "a benchmark's password"  # noqa: S105 (of accounts that are gone with the run)


@dataclass(frozen=True)
class Plan:
    """The use of each photograph, by row.

    Attributes:
        enrolled: (n,) int64, the people.
        signing_up: (n, ``CAPTURES``) int64, the photographs of each.
        mated: the other photographs of the enrolled people.
        strangers: the photographs of everybody else.
    """

    enrolled: Integers
    signing_up: Integers
    mated: Integers
    strangers: Integers


def plan(embedded: Embedded) -> Plan:
    """Enrols everybody with more usable photographs than ``CAPTURES``."""
    rows = np.flatnonzero(embedded.accepted)
    people = embedded.people[rows]
    enrolled = np.flatnonzero(np.bincount(people) > CAPTURES)
    generator = np.random.default_rng(SEED)
    chosen = np.stack([generator.permutation(rows[people == person])[:CAPTURES] for person in enrolled])
    kin = {other for pair in embedded.kin for other in pair if set(pair) & set(enrolled.tolist())}
    known = np.isin(people, enrolled)
    return Plan(
        enrolled,
        chosen,
        rows[known & ~np.isin(rows, chosen)],
        rows[~known & ~np.isin(people, list(kin))],
    )


def run(folder: Path, embedded: Embedded, planned: Plan) -> dict[str, Any]:
    """Starts a service, enrols people, waits until it has learnt from the gallery, and searches."""
    with serving() as (client, database):
        signing_up = zip(planned.enrolled, tqdm(planned.signing_up, "sign-ups"), strict=True)
        enrolled = [
            person
            for person, rows in signing_up
            if _sign_up(client, person, [folder / embedded.labels[row] for row in rows])
        ]
        wait_until(lambda: _has_learnt(database, len(enrolled)))
        model = Gallery(database, [CARDS[0]], Budget(FPIR, FMR)).snapshot().models[CARDS[0].model_id]
        time.sleep(MAX_AGE_SECONDS + 1.0)  # until then the service may use an older cut-off
        mated = planned.mated[np.isin(embedded.people[planned.mated], enrolled)]
        found = {
            what: [_found(client, folder / embedded.labels[row]) for row in tqdm(rows, what)]
            for what, rows in (("mated", mated), ("strangers", planned.strangers))
        }
    people = len(embedded.names)
    usable = {what: [who is not REFUSED for who in some] for what, some in found.items()}
    mated, strangers = mated[usable["mated"]], planned.strangers[usable["strangers"]]
    answers = {what: [who for who in some if who is not REFUSED] for what, some in found.items()}
    right = np.array([_username(embedded.people[row]) == who for row, who in zip(mated, answers["mated"], strict=True)])
    let_in = np.array([who is not None for who in answers["strangers"]])
    return {
        "fpir": FPIR,
        "cutoff": model.decision.cutoff,
        "allowance": model.impostors.allowance,
        "enrolled": len(enrolled),
        "sign_ups_refused": len(planned.enrolled) - len(enrolled),
        "searches_refused": sum(not one for some in usable.values() for one in some),
        "mated": len(right),
        "fnir": Counts.of(embedded.people[mated], ~right, people).share().as_dict(),
        "taken_for_another": sum(who is not None and not hit for who, hit in zip(answers["mated"], right, strict=True)),
        "strangers": len(let_in),
        "let_in": int(let_in.sum()),
        "fpir_achieved": Counts.of(embedded.people[strangers], let_in, people).share().as_dict(),
    }


@contextmanager
def serving() -> Iterator[tuple[Client, Database]]:
    """Yields a service with its own data folder, and its database."""
    with tempfile.TemporaryDirectory(prefix="visage-eval-") as scratch:
        service = RunningService(Path(scratch) / "home", VISAGE_MODELS=str(MODELS)).start()
        try:
            with EmbeddedPostgres(service.home).reached() as url:
                database, client = create_database(url), Client(service.url)
                yield client, database
                client.close()
                database.dispose()
        finally:
            service.stop()


def _has_learnt(database: Database, people: int) -> bool:
    """Whether the service has re-estimated its impostor level for about this many people."""
    model_id = CARDS[0].model_id
    with database.unit_of_work() as work:
        known = impostor_levels.read(work.session, [model_id])
    return model_id in known and known[model_id].level.gallery_people * GROWTH > people


def _sign_up(client: Client, person: int, photographs: Sequence[Path]) -> bool:
    """Signs a person up with these photographs; returns whether the service accepts them."""
    images = [_as_base64(photograph) for photograph in photographs]
    body = {"username": _username(person), "password": PASSWORD, "images": images, "consent": True}
    try:
        client.post("/user/facial/store", body)
    except StatusError as error:
        if error.status not in REFUSALS:
            raise
        return False
    return True


def _found(client: Client, photograph: Path) -> str | None:
    """Returns the username that the service answers for the photograph, None for no match, or ``REFUSED``."""
    try:
        reply, _ = client.post("/user/facial/recognize", {"image": _as_base64(photograph)})
    except StatusError as error:
        if error.status not in REFUSALS:
            raise
        return REFUSED
    return str(reply["user"]["username"]) if reply["status"] == "matched" else None


def _as_base64(photograph: Path) -> str:
    return base64.b64encode(photograph.read_bytes()).decode()


def _username(person: int) -> str:
    return f"person-{person:05}"


def as_markdown(name: str, found: Mapping[str, Any]) -> str:
    """Formats a table with one row."""
    header = ("VISAGE_FPIR", "cut-off", "FNIR", "FPIR achieved", "strangers let in", "taken for another person")
    cells = (
        f"{found['fpir']:g}",
        f"{found['cutoff']:.3f}",
        interval(found["fnir"]),
        interval(found["fpir_achieved"]),
        f"{found['let_in']} of {found['strangers']:,}",
        f"{found['taken_for_another']} of {found['mated']:,}",
    )
    return (
        f"{name}: {found['enrolled']} people with four or more usable photographs, enrolled with three each over HTTP; "
        f"{found['mated']:,} searches for them and {found['strangers']:,} for others, without twins and siblings. The "
        f"cut-off is the one in force, after the service has learnt from the gallery. {found['sign_ups_refused']} more "
        f"sign-ups and {found['searches_refused']} searches were refused.\n\n{table(header, [cells])}"
    )


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.over_http", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine()
    print(in_one_line(machine), flush=True)
    folder = chosen.faces[0]
    (embedded, *_) = embed_all(chosen, MODELS)
    found = run(folder, embedded, plan(embedded))
    markdown = as_markdown(embedded.name, found)
    print(markdown)
    title = "People and strangers before the running service"
    figures = {"folder": embedded.name, **found}
    write_results("over-http", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
