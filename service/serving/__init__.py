"""The production server: gunicorn, its workers, TLS, and an end to waiting for slow clients."""
