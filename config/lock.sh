#!/bin/sh
# Pin one requirements file with hashes and no addresses: config/lock.sh run|dev, from the folder requirements.
set -eu
venv=${LANDBRIDGE_VENV:-${TERMINAL_VAR:-var}/venv}
case $venv in /*) ;; *) venv=../$venv ;; esac
exec "$venv/bin/uv" pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 \
    --universal --quiet "$1.in" -o "$1.txt"
