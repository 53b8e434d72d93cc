"""Many requests at once cause one fetch of the keys, and do not wait for it if they know their key."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from visage_client.http import Reply
from visage_client.keys import KeySet

from tests.clients.test_keys import key
from web.build.npm import run_node

SOURCE = Path(__file__).parents[2] / "clients" / "js" / "src"
TIMEOUT = 10.0
REPLY = Reply(200, 300, {"keys": [key("one")]})

AT_ONCE = """
import {{ KeySet }} from '{source}/keys.js'
let fetches = 0
const body = JSON.parse(process.argv[2])
const keys = new KeySet(async () => {{ fetches += 1; return {{ status: 200, maxAge: 300, body }} }})
const found = await Promise.all(Array.from({{ length: 50 }}, () => keys.find('one')))
console.log(JSON.stringify([found.length, fetches]))
"""


def test_threads_share_one_fetch() -> None:
    fetches = []
    keys = KeySet(lambda: fetches.append(1) or REPLY)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(keys.find, ["one"] * 50))
    assert (len(found), len(fetches)) == (50, 1)


def test_promises_share_one_fetch(tmp_path: Path) -> None:
    (tmp_path / "run.mjs").write_text(AT_ONCE.format(source=SOURCE.as_posix()))
    assert json.loads(run_node(tmp_path / "run.mjs", json.dumps(REPLY.body), folder=tmp_path)) == [50, 1]


def test_a_known_key_does_not_wait_for_a_slow_fetch() -> None:
    now, slow, started, may_end = [0.0], [False], threading.Event(), threading.Event()

    def fetch() -> Reply:
        if slow[0]:
            started.set()
            assert may_end.wait(TIMEOUT)
        return REPLY

    keys = KeySet(fetch, lambda: now[0])
    keys.find("one")
    now[0], slow[0] = 301.0, True
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(keys.find, "one")
        assert started.wait(TIMEOUT)
        assert keys.find("one")  # while the other fetches
        may_end.set()
        assert first.result(TIMEOUT)
