"""Settings shared by every way of running Landbridge. All that differs between sites comes from the environment."""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from django.urls import reverse_lazy

from config.settings import tasks
from config.settings.schedule import SCHEDULE
from config.settings.unfold import UNFOLD as UNFOLD

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()
VAR = Path(env("TERMINAL_VAR", default=str(ROOT / "var"))).resolve()

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}")
DEMO = env.bool("LANDBRIDGE_DEMO", default=False)

OUR_APPS = [
    "apps.common",
    "apps.journal",
    "apps.network",
    "apps.parties",
    "apps.notices",
    "apps.calls",
    "apps.containers",
    "apps.yard",
    "apps.trains",
    "apps.ships",
    "apps.warehouse",
    "apps.customs",
    "apps.gate",
    "apps.billing",
    "apps.edi",
    "apps.reports",
    "apps.tracking",
    "apps.webhooks",
    "apps.forecasts",
    "apps.alerts",
    "apps.planning",
    "apps.sandbox",
    "apps.demo",
]
INSTALLED_APPS = [
    "oauth2_provider",
    *OUR_APPS,
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "config.checks",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.parties.api.noting.NoteAccess",
    "apps.common.middleware.StraightToTheApi",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.parties.middleware.PersonalSettings",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.demo",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(ENGINE="django.db.backends.postgresql", CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
APPLICATION_ROLE = env("DATABASE_APPLICATION_ROLE", default="landbridge_app")
PARTY_ROLE = env("DATABASE_PARTY_ROLE", default="landbridge_party")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("CACHE_URL", default="redis://127.0.0.1:6379/3"),
    }
}

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "apps.parties.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文"), ("ru", "Русский"), ("kk", "Қазақша")]
LOCALE_PATHS = [VAR / "locale", ROOT / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
FIXTURE_DIRS = [ROOT / "fixtures"]
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10 * 1024 * 1024)
EDI_MAX_BYTES = env.int("EDI_MAX_BYTES", default=5_000_000)
"""What an interchange may be long: a bay plan of the largest ship is a third of it."""

EDI_FOLDERS = Path(env("EDI_FOLDERS", default=str(VAR / "edi")))
"""Where partners that exchange files have theirs: a folder each, by their code."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # a train of 55 wagons with something said of each of its 110 boxes has 1,450

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "apps.notices.line.Backend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Landbridge <landbridge@localhost>")
BOUNCES_URL = env("BOUNCES_URL", default="")
"""The box mail comes back to: ``maildir:///path``, ``imaps://user:password@host/INBOX``, ``imap://…``; "": not read."""

METRICS_TOKEN = env("METRICS_TOKEN", default="")
MAILBOX_DIR = env("MAILBOX_DIR", default="")

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = tasks.STEADY_QUEUE
CELERY_TASK_ROUTES = tasks.ROUTES
CELERY_TASK_ANNOTATIONS = tasks.LIMITS
CELERY_TASK_TIME_LIMIT = tasks.USUAL_LIMIT_S
CELERY_TASK_SOFT_TIME_LIMIT = tasks.USUAL_LIMIT_S - tasks.TIME_TO_STOP_S
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": tasks.REDELIVERED_AFTER_S}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat:KeptSchedule"
CELERY_BEAT_SCHEDULE = tasks.with_expiry(SCHEDULE)

OAUTH2_PROVIDER_APPLICATION_MODEL = "parties.ApiClient"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES": {
        "read": "Read bookings, trains and containers of the party",
        "book": "Book warehouse space and places on trains",
        "advise": "Pre-advise containers",
        "edi": "Exchange EDIFACT interchanges",
        "gate": "Book trucks, and say who may collect containers",
        "declare": "Declare to customs, and name customs brokers",
        "figures": "Read the terminal's throughput",
        "work": "Take work orders and confirm them, hand in consists: the terminal's own systems only",
    },
    "SCOPES_BACKEND_CLASS": "apps.parties.api.oauth.ClientScopes",
    "OAUTH2_SERVER_CLASS": "apps.parties.api.oauth.ClientCredentialsServer",
    # RFC 9700 wherever the provider offers it; tokens are kept as checksums only.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.parties.api.authentication.ApiKeyAuthentication",
        "apps.parties.api.authentication.BearerAuthentication",
        "apps.parties.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.common.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.api.parsers.OrjsonParser"],
    "DATETIME_FORMAT": None,  # the renderer tells moments, in UTC
    "DEFAULT_SCHEMA_CLASS": "apps.common.api.schema.Schema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.common.api.negotiation.JsonOnly",
    "EXCEPTION_HANDLER": "apps.common.api.problems.problem_response",
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": ["apps.parties.api.throttling.CredentialRate"],
}
DCSA_FACILITIES = env.dict("DCSA_FACILITIES", default={})
"""Terminals' codes in lists of facilities, as Track & Trace tells them: ``lyg=SMDG:ABC``, or of BIC."""

MESSAGES_MAY_STAY_INSIDE = env.bool("MESSAGES_MAY_STAY_INSIDE", default=False)
"""Whether messages go to addresses that others gave although they lead to this machine or a private network."""

WEBHOOK_LOG_DAYS = env.int("WEBHOOK_LOG_DAYS", default=30)
"""For how long it is kept what webhooks were sent, and how it was answered."""

API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=1_200)
"""What each credential may ask for a minute where nothing else is said of it; 0: no limit."""

API_METER_SECONDS = 0.5
"""How often a process tells the others how often it was asked; 0: only when told to."""

API_ACCESS_DAYS = env.int("API_ACCESS_DAYS", default=90)
"""For how long it is kept what programs asked."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Landbridge API",
    "DESCRIPTION": (
        "Book warehouse space and places on trains, pre-advise and track containers, learn why a container cannot move."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": "/", "description": "This terminal"}],
    "POSTPROCESSING_HOOKS": ["apps.common.api.schema.take_any_row"],
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django_structlog": {"level": "WARNING"},
        "matplotlib": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
