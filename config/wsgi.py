"""The WSGI entry point gunicorn serves."""

import os

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
