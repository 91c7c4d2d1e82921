# One image for web, worker, beat, delivery desk and webhooks; docker-compose.yml says which is which.
FROM python:3.11-slim AS packages
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /opt/landbridge \
    && /opt/landbridge/bin/pip install --no-cache-dir --require-hashes -r /tmp/run.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/landbridge --create-home --shell /usr/sbin/nologin landbridge
COPY --from=packages /opt/landbridge /opt/landbridge
WORKDIR /app
COPY . .
ENV PATH=/opt/landbridge/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    TERMINAL_VAR=/var/lib/landbridge \
    BIND=0.0.0.0 \
    PORT=8000
USER landbridge
VOLUME /var/lib/landbridge
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "config.probe", "web"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application"]
