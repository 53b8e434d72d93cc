# Visage in a container: see docs/deploy-compose.md. Everything that is written goes to /var/lib/visage, so the root file
# system can be read-only.
FROM python:3.11-slim-bookworm AS build

# npm, which comes with a Python package, fetches the bundler and the API viewer.
WORKDIR /opt/visage
COPY requirements/run.lock requirements/run.lock
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LICENSE THIRD_PARTY.md ./
COPY db db
COPY embeddings embeddings
COPY migrations migrations
COPY service service
COPY web web
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m web.build.bundle \
    && VISAGE_HOME=/tmp/home VISAGE_MODELS=/opt/visage/models VISAGE_LIVENESS=passive .venv/bin/visage prepare \
    && rm -rf /tmp/home .cache

FROM python:3.11-slim-bookworm

RUN groupadd --system --gid 10001 visage \
    && useradd --system --uid 10001 --gid visage --home-dir /var/lib/visage --shell /usr/sbin/nologin visage \
    && install --directory --owner visage --group visage --mode 0700 /var/lib/visage
COPY --from=build /opt/visage /opt/visage
ENV PATH=/opt/visage/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TF_CPP_MIN_LOG_LEVEL=3 \
    VISAGE_HOME=/var/lib/visage \
    VISAGE_HOST=0.0.0.0 \
    VISAGE_MODELS=/opt/visage/models \
    VISAGE_LOG_FORMAT=json
WORKDIR /var/lib/visage
USER 10001:10001
VOLUME /var/lib/visage
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-m", "service.runtime.healthcheck"]
STOPSIGNAL SIGTERM
CMD ["visage", "serve"]
