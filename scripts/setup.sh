#!/bin/sh
# Makes .venv with the pinned requirements, and as root the system packages that the tests and the rehearsal use.
# Running it again costs nothing where nothing changed. What it cannot install it says, and what that means.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.farward-setup
wanted=$(cat requirements/*.txt pyproject.toml scripts/setup.sh | cksum)
if [ -x .venv/bin/farward ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

# --- system packages -------------------------------------------------------------------------------------------------
has() { command -v "$1" >/dev/null 2>&1 || [ -n "$(ls -d $2 2>/dev/null | head -n 1)" ]; }

want() { # command, a path that would also do, Debian package, what is missing without it
    if has "$1" "$2"; then return; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        if [ -z "${updated:-}" ]; then
            apt-get update -qq >/dev/null 2>&1 || say "Could not refresh the list of system packages."
            updated=1
        fi
        say "Installing $3 …"
        # Services must not start by themselves: the tests start their own, on free ports.
        RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$3" >/dev/null 2>&1 || true
        if has "$1" "$2"; then return; fi
    fi
    say "Not installed: $3. Without it, $4."
}

want chromium /usr/bin/chromium chromium "the browser tests are skipped and 'farward rehearse' cannot run"
want postgres '/usr/lib/postgresql/*/bin/postgres' postgresql "the tests on PostgreSQL are skipped"
want redis-server /usr/bin/redis-server redis-server "the tests with several processes are skipped"
want turnserver /usr/bin/turnserver coturn "the test with relayed paths only is skipped"
want ip /usr/sbin/ip iproute2 "the network laboratory is skipped"
want node /usr/bin/node nodejs "the tests of the browser modules are skipped"

# --- Python ----------------------------------------------------------------------------------------------------------
python=
for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    say "Farward needs Python 3.11 or newer, and there is none here: install it, then run 'make setup' again."
    exit 1
fi
if ! [ -x .venv/bin/python ]; then
    if ! "$python" -m venv .venv 2>/dev/null; then
        rm -rf .venv
        want none /nonexistent python3-venv "Python may be unable to make .venv"
        "$python" -m venv .venv
    fi
fi

say "Installing the pinned requirements …"
if command -v uv >/dev/null 2>&1; then
    install() { uv pip install --quiet --python .venv/bin/python "$@"; }
else
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
fi
install --require-hashes -r requirements/base.txt
install --require-hashes -r requirements/dev.txt
# The build tool is among the pinned requirements, so that nothing unpinned is fetched.
install --no-deps --no-build-isolation -e .

printf '%s\n' "$wanted" >"$stamp"
say "Ready."
