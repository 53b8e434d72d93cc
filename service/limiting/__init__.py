"""Rate limits, known devices, and the slots that requests wait for."""
