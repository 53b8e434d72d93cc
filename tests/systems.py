"""Marks for tests that need what only Linux has."""

import sys

import pytest

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which only Linux has")
needs_full_device = pytest.mark.skipif(sys.platform != "linux", reason="writes to /dev/full, which only Linux has")
needs_pinning = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process on one core")
