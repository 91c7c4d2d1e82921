"""Which processes the product consists of, in the order in which they start."""

import sys
from pathlib import Path

from config.embedded.places import PROJECT
from config.supervisor.children import Child

CELERY = [sys.executable, "-m", "celery", "--app", "config.celery"]
WORK = [*CELERY, "worker", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
WORKER = [*WORK, "--hostname", "quick@%h", "--queues", "urgent,steady", "--concurrency", "2"]
HEAVY_WORKER = [*WORK, "--hostname", "heavy@%h", "--queues", "heavy", "--concurrency", "1"]
BEAT = [*CELERY, "beat", "--pidfile", "", "--loglevel", "INFO"]
DESK = [sys.executable, str(PROJECT / "manage.py"), "deliver"]
HOOKS = [sys.executable, str(PROJECT / "manage.py"), "dispatch_webhooks"]
WEB = [sys.executable, "-m", "gunicorn", "--config", str(PROJECT / "config" / "gunicorn.py"), "config.wsgi:application"]
MAIL = [sys.executable, "-m", "config.mailcatcher"]


def family(logs: Path, *, web_socket: int, catch_mail: bool) -> list[Child]:
    """Every child. The listening socket is ours, so no request is refused while web restarts."""
    web = [*WEB, "--bind", f"fd://{web_socket}"]
    children = [
        Child("web", web, logs / "web.log", patience=35, descriptors=[web_socket]),
        Child("worker", WORKER, logs / "worker.log", patience=30),
        Child("heavy worker", HEAVY_WORKER, logs / "heavy-worker.log", patience=30),
        Child("beat", BEAT, logs / "beat.log"),
        Child("delivery desk", DESK, logs / "desk.log"),
        Child("webhooks", HOOKS, logs / "webhooks.log", patience=25),
    ]
    return [Child("mail catcher", MAIL, logs / "mail.log"), *children] if catch_mail else children
