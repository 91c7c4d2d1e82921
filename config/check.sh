#!/bin/sh
# Everything `make check` asks, each question under its name; the first "no" ends it.
set -eu
cd "$(dirname "$0")/.."
bin=$(dirname "$PYTHON")
ask() { echo "· $1"; shift; "$@"; }

production() {
    env DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=terminal.example \
        SECRET_KEY="$("$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(60))')" \
        EMAIL_URL=smtp://127.0.0.1:25 "$PYTHON" manage.py check --deploy --fail-level WARNING
}

openapi() {
    written=$(mktemp)
    "$PYTHON" manage.py spectacular --validate --fail-on-warn --file "$written"
    diff -u docs/openapi.yaml "$written" || { echo "docs/openapi.yaml is not what the code says: make openapi" >&2; rm -f "$written"; return 1; }
    rm -f "$written"
}

ask "style" "$bin/ruff" check .
ask "format" "$bin/ruff" format --check --quiet .
ask "types" env DJANGO_SETTINGS_MODULE=config.settings.testing SECRET_KEY=types "$bin/mypy"
ask "architecture" "$bin/lint-imports"
ask "migrations" "$PYTHON" manage.py makemigrations --check --dry-run
ask "production settings" production
ask "API description" openapi
ask "translations" "$PYTHON" -m config.translations --check
