"""A process that owns an embedded server, for tests that kill it: prints "ready <pid>" and waits until stdin ends."""

import sys
from pathlib import Path

from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid

if __name__ == "__main__":
    server = EmbeddedPostgres(Path(sys.argv[1]), {"fsync": "off"})
    server.start()
    print("ready", running_pid(server.data), flush=True)
    sys.stdin.read()
    server.stop()
