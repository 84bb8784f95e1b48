# One image for every command: `serve`, `poll`, `migrate`, `load` … Runs as nobody in particular, writes only to
# /var/lib/ioc and /tmp, so that the rest may be mounted read-only.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/ioc
COPY pyproject.toml requirements.lock README.md ./
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --no-compile --require-hashes -r requirements.lock
COPY . .
RUN .venv/bin/python -m pip install --no-cache-dir --no-index --no-deps --no-build-isolation \
        --config-settings editable_mode=compat -e . \
    && .venv/bin/python -m compileall -q .venv app.py city repository data_sources dashboards commands

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/ioc ioc \
    && install -d -o ioc -g ioc /var/lib/ioc
COPY --from=build /srv/ioc /srv/ioc
ENV PATH=/srv/ioc/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    IOC_HOST=0.0.0.0 \
    IOC_DATA_DIR=/var/lib/ioc
WORKDIR /var/lib/ioc
USER 10001
EXPOSE 8050
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "from os import environ; from urllib.request import urlopen; urlopen(f\"http://127.0.0.1:{environ.get('IOC_PORT', 8050)}/healthz\", timeout=4)"]
ENTRYPOINT ["ioc"]
CMD ["serve"]
