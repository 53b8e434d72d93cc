"""Image bytes -> face -> embedding, without SQL or HTTP. Start reading at ``embed/engine.py``.

The subpackages, in the order in which they may import each other: core, decode, detect, quality, embed, liveness,
scores, weights.
"""
