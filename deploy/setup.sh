#!/bin/sh
# Sets up what the Makefile needs, in .venv of this checkout:
#   setup.sh packages FILE   a virtual environment with the packages of a requirements file
#   setup.sh chromium        a Chromium for the journey tests
#   setup.sh libical         a libical for the tests of calendars
#   setup.sh nginx           an nginx for `make look`
#   setup.sh lighthouse      Lighthouse for `make look`, in node_modules/ (needs Node.js 20 or newer)
# A missing system package is installed by apt-get when root; otherwise one line says which, and the exit status is 1.
set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "eventsapp: $*" >&2
    exit 1
}

# system_package PACKAGE PURPOSE
system_package() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        fail "the system package $1 is missing ($2); install it, for instance: sudo apt-get install $1"
    fi
    echo "Installing the system package $1 ($2) …"
    log=$(mktemp)
    if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$1"; } \
        >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install $1 ($2)"
    fi
    rm -f "$log"
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

a_python_environment() {
    if [ -x .venv/bin/python ] && is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python) || fail "no Python 3.11 or newer found (tried ${PYTHON:-python3.11 to python3.14, python3})"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        system_package "python$version-venv" "makes virtual environments"
    fi
    echo "Setting up .venv (first time, about a minute) …"
    "$python" -m venv --clear .venv || fail "$python could not make a virtual environment in .venv"
}

install_packages() {
    a_python_environment
    echo "Installing the packages of $1 …"
    .venv/bin/python -m pip install -qq --disable-pip-version-check -r "$1" ||
        fail "pip could not install the packages of $1 (its own message is above)"
}

a_chromium() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then
            return
        fi
    done
    system_package chromium "the journey tests run in a real browser"
}

a_libical() {
    if ! .venv/bin/python -m tests.interop.read_libical </dev/null 2>/dev/null; then
        system_package libical3 "a calendar library that the tests read our calendars with"
    fi
}

an_nginx() {
    if ! PATH="$PATH:/usr/sbin" command -v nginx >/dev/null; then
        system_package nginx-light "the event page is measured behind deploy/nginx.conf"
    fi
}

a_lighthouse() {
    command -v node >/dev/null || system_package nodejs "Lighthouse runs on it"
    command -v npm >/dev/null || system_package npm "brings Lighthouse"
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' ||
        fail "Node.js $(node --version) is too old for Lighthouse; install 20 or newer"
    if ! cmp -s package-lock.json node_modules/.eventsapp-lock; then
        echo "Installing Lighthouse …"
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || fail "npm could not install Lighthouse"
        cp package-lock.json node_modules/.eventsapp-lock
    fi
}

case "${1:-}" in
    packages) install_packages "${2:?a requirements file}" ;;
    chromium) a_chromium ;;
    libical) a_libical ;;
    nginx) an_nginx ;;
    lighthouse) a_lighthouse ;;
    *) fail "usage: setup.sh packages FILE | chromium | libical | nginx | lighthouse" ;;
esac
