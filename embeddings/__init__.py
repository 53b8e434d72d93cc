"""Image bytes -> face -> embedding, without SQL or HTTP. Start reading at ``embed/engine.py``.

The rooms: each imports only those before it (``tests/test_rooms.py``). They are core, decode, detect, quality, embed,
liveness, scores, weights.
"""
