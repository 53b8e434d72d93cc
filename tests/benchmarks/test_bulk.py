"""The benchmark of imports: its synthetic data and its report."""

from pathlib import Path

from benchmarks.speed.bulk import CAPTURES, write_folder, write_vectors
from benchmarks.speed.bulk_report import as_markdown
from embeddings.core.models import CARDS
from service.transfer.sources import Listed, open_source
from service.transfer.vectors import FaceVectors


def test_its_vectors_are_what_an_import_reads(tmp_path: Path) -> None:
    write_vectors(tmp_path / "people.jsonl", CARDS[0], 3)
    people = [one for one in open_source(tmp_path / "people.jsonl").read() if isinstance(one, Listed)]
    assert [one.account.username for one in people] == ["vector-0", "vector-1", "vector-2"]
    assert all(isinstance(one.face, FaceVectors) and len(one.face.vectors) == CAPTURES for one in people)


def test_its_folder_repeats_the_photographs_there_are(tmp_path: Path) -> None:
    write_folder(tmp_path / "people", [[b"a", b"b"], [b"c", b"d"]], ["p0", "p1", "p2"])
    assert [(tmp_path / "people" / name / "1.jpg").read_bytes() for name in ("p0", "p1", "p2")] == [b"b", b"d", b"b"]


def test_the_report_compares_with_http() -> None:
    figures = {
        "people": 40,
        "captures": 5,
        "clients": 4,
        "rounds": 3,
        "photos_per_second": {"http": 10.0, "at_once": 20.0, "import": 60.0, "command": 40.0},
        "times_http": {"http": 1.0, "at_once": 2.0, "import": 5.9, "command": 4.1},
        "vector_people": 5000,
        "vector_people_per_second": 1234.5,
    }
    markdown = as_markdown(figures)
    assert "| 4 at once over HTTP | 20.0 | 2.0 |" in markdown
    assert "| `visage import`, once it is under way | 60.0 | 5.9 |" in markdown
    assert "1,234 people a second" in markdown
