"""The production server: gunicorn, its workers, TLS, and limits on slow clients."""
