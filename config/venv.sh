#!/bin/sh
# Create or refresh the Python environment: config/venv.sh run|dev
# Skipped when the lock file has not changed. uv where it works, else plain venv and pip.
set -eu
umask 022
cd "$(dirname "$0")/.."
var=${TERMINAL_VAR:-var}
venv=${LANDBRIDGE_VENV:-$var/venv}
lock=requirements/$1.txt
export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$var/cache/pip}" UV_CACHE_DIR="${UV_CACHE_DIR:-$var/cache/uv}"
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy

refuse() { echo "Landbridge cannot be set up: $*" >&2; exit 1; }

is_new_enough() { "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python3.14; do
        if is_new_enough "$name"; then echo "$name"; return; fi
    done
    refuse "Python 3.11 or newer is needed; install it, or name one: make run PYTHON=/path/to/python3"
}

stamp_of() { cksum <"requirements/$1.txt"; }
is_current() { [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null && [ "$(cat "$venv/.$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

install_with_uv() {
    uv --version >/dev/null 2>&1 || return 1
    said=$(uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock" 2>&1) && return 0
    echo "uv could not install them; plain pip is taken instead"
    return 1
}

install_with_pip() {
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
    else
        "$python" -m pip --python "$venv/bin/python" install --quiet --require-hashes -r "$lock"
    fi
}

refuse_with_all_that_went_wrong() {
    [ -z "$said" ] || printf 'uv said:\n%s\n' "$said" >&2
    refuse "the packages of $lock could not be installed; what went wrong stands above."
}

if is_current dev || is_current "$1"; then exit 0; fi
python=$(find_python)
mkdir -p "$var" 2>/dev/null && [ -w "$var" ] || refuse "nothing can be written in $var."
if command -v flock >/dev/null; then
    exec 9>"$var/.setup.lock"
    flock 9 # another command may be installing into the same environment
    if is_current dev || is_current "$1"; then exit 0; fi
fi
if ! "$venv/bin/python" -c '' 2>/dev/null; then
    echo "Creating the Python environment in $venv"
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1 || "$python" -m venv --without-pip "$venv" \
        || refuse "$python cannot create an environment in $venv (on Debian: apt-get install python3-venv)."
fi
echo "Installing $(grep -c '==' "$lock") packages into it; the first time this takes a minute or two"
said=
install_with_uv || install_with_pip || refuse_with_all_that_went_wrong
stamp_of "$1" >"$venv/.$1"
