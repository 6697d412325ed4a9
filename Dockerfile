# One image for the web service and the worker: see compose.yaml. A machine by itself needs none of this, only ./run.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends espeak-ng \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home ringdown

WORKDIR /srv/ringdown
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY . .
RUN python -m compileall -q app.py ivr voicemail && mkdir /data && chown ringdown /data

USER ringdown
ENV IVR_DATA=/data PYTHONUNBUFFERED=1 PORT=5000
VOLUME /data
EXPOSE 5000
# exec: the server itself gets SIGTERM and lets running calls finish.
CMD ["sh", "-c", "exec python -m gunicorn --config python:ivr.supervisor.web_server --bind 0.0.0.0:$PORT 'app:create_app()'"]
