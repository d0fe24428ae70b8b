"""The rival of `release.py`: Celery tasks with an ETA on Redis, one worker with 32 threads.

The module is also what the Celery worker imports: `celery -A celery_eta worker`.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from campaigns.channels.http import HttpRequest

THREADS = 32
BROKER = "SAMKLANG_BENCHMARK_BROKER"
GIVE_UP_S = 60.0


def post(url: str, body: str, headers: Mapping[str, str]) -> None:
    """What each task does."""
    requests.post(url, data=body.encode(), headers=dict(headers), timeout=10).raise_for_status()


def _application(broker: str) -> Any:
    from celery import Celery  # noqa: PLC0415 - an extra that most do without

    made = Celery("celery_eta", broker=broker)
    made.conf.update(worker_prefetch_multiplier=0, broker_connection_retry_on_startup=True, task_ignore_result=True)
    return made


if broker := os.environ.get(BROKER):
    app = _application(broker)
    post_task = app.task(name="post")(post)


def celery_eta(jobs: "Sequence[HttpRequest]", lift_at: datetime) -> None:
    """Hand every job over before T with T as its ETA, and wait until all are done. Without Redis or Celery nothing."""
    redis = shutil.which("redis-server")
    if redis is None or find_spec("celery") is None:
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        server = subprocess.Popen(  # noqa: S603 - found above
            [redis, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        try:
            _run(f"redis://127.0.0.1:{port}/0", jobs, lift_at)
        finally:
            server.terminate()
            server.wait(10)


def _run(broker: str, jobs: "Sequence[HttpRequest]", lift_at: datetime) -> None:
    celery = [sys.executable, "-m", "celery", "-A", "celery_eta", "worker"]
    worker = subprocess.Popen(  # noqa: S603 - ourselves
        [*celery, "--pool=threads", f"--concurrency={THREADS}", "--loglevel=ERROR"],
        env=os.environ | {BROKER: broker},
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        application = _application(broker)
        for job in jobs:
            arguments = (job.url, job.body.decode(), dict(job.headers))
            application.send_task("post", arguments, eta=lift_at)
        _await_empty(application, lift_at)
    finally:
        worker.terminate()
        worker.wait(30)


def _await_empty(application: Any, lift_at: datetime) -> None:
    """Until nothing is queued or unacknowledged in the broker."""
    until = lift_at.timestamp() + GIVE_UP_S
    with application.connection_for_read() as connection:
        client = connection.default_channel.client
        while time.time() < until:
            if time.time() > lift_at.timestamp() and not client.llen("celery") and not client.hlen("unacked"):
                return
            time.sleep(0.2)
    raise SystemExit("Celery did not finish in time")
