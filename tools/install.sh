#!/bin/sh
# Makes the virtual environment and installs the locked list into it. Usage: tools/install.sh DIRECTORY
set -eu

venv=$1

say() { printf 'lvlian: %s\n' "$*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13 python3.14; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "no Python 3.11 or later was found; on Debian or Ubuntu: apt-get install python3 python3-venv"
    exit 1
}

if [ -x "$venv/bin/python" ] && is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    :
else
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "$python cannot make a virtual environment here; on Debian or Ubuntu install the package python$version-venv (apt-get install python$version-venv) and run make install again"
        exit 1
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

pip() { "$venv/bin/python" -m pip -qq --disable-pip-version-check "$@"; }

say "installing into $venv (about a minute the first time)"
pip install --require-hashes -r requirements/dev.txt
pip install --no-deps --no-build-isolation --no-index --editable .
say "ready: $venv/bin/lvlian --help"
