# docker build --tag nocrise . && docker run --env-file .env --publish 8000:8000 --volume nocrise:/data nocrise
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python3 -m venv /opt/nocrise
# What is pinned first: it changes less often than the bot, which is the line that is left out.
COPY requirements.txt ./
RUN sed '/^\.$/d' requirements.txt > pinned.txt && /opt/nocrise/bin/pip install --requirement pinned.txt
COPY pyproject.toml README.md LICENSE ./
COPY knowledge knowledge
COPY bot bot
RUN /opt/nocrise/bin/pip install --no-deps . && /opt/nocrise/bin/pip check

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --create-home --home-dir /data nocrise
COPY --from=build /opt/nocrise /opt/nocrise
ENV PATH=/opt/nocrise/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite:////data/nocrise.db \
    PORT=8000
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["nocrise", "web"]
