"""The embedded default: what `make run` and a `manage.py` started by hand use."""

from config.settings.base import *  # noqa: F403
from config.settings.base import env

DEMO = env.bool("LANDBRIDGE_DEMO", default=True)
