"""The service: use cases, settings and the command line. Start reading at ``services.py`` and ``http/facial.py``.

The rooms: each imports only those before it (``tests/test_rooms.py``). They are domain, settings, runtime, audit,
images, keys, accounts, faces, gallery, liveness, login, openid, passkeys, comparison, privacy, limiting, transfer,
reembedding, operator, checking, doctor, history, console, construction, services.py, http, app.py, serving, demo,
commands, cli.py.
"""
