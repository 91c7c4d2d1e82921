"""The WSGI entry point gunicorn serves."""

import gc
import os

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

from django.core.wsgi import get_wsgi_application  # noqa: E402

long_way = get_wsgi_application()

from apps.parties.api.short_way import ShortWay  # noqa: E402
from apps.tracking.api.short_way import LANES  # noqa: E402

gc.collect()
gc.freeze()  # what is here now stays: no collection has to look through it again
application = ShortWay(long_way, LANES)
