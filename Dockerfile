# yinju with its sample reports: docker build -t yinju .
#
# docs/installing.md says how to run it. The base is Debian with CPython; nothing is compiled
# from source, so the first stage needs no compiler either.

FROM python:3.13-slim-trixie AS install
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/yinju
WORKDIR /src
COPY . .
RUN /opt/yinju/bin/python -m pip install --quiet ".[mcp]"

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="yinju" \
      org.opencontainers.image.description="Full-text search over Chinese government work reports" \
      org.opencontainers.image.licenses="MIT"

ENV PATH=/opt/yinju/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    YINJU_CORPUS=/corpus \
    YINJU_INDEX=/var/lib/yinju/index \
    NUMBA_CACHE_DIR=/var/cache/yinju

RUN mkdir -p /var/lib/yinju /var/cache/yinju && chown 10001:10001 /var/lib/yinju /var/cache/yinju
COPY --from=install /opt/yinju /opt/yinju
COPY corpus /corpus

# A number, because Kubernetes cannot tell from a name that it is not root.
USER 10001:10001

# Compiles for the processor of this machine, too, so that the first start need not.
RUN yinju index && yinju check && yinju search 医保 --limit 1

# Both must stay writable where the rest is read-only. Docker fills new volumes from the image.
VOLUME ["/var/lib/yinju", "/var/cache/yinju"]
EXPOSE 8000
# The first process of a container is not ended by SIGTERM unless it handles it.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["yinju", "serve", "--host", "0.0.0.0"]
