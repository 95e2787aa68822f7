#!/bin/sh
# Makes .venv from the lock. Needs Python 3.11 or newer with venv; names the mend when something is missing.
set -eu
python=$1 venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Ludao needs Python 3.11 or newer; $python is $("$python" --version 2>&1 || echo missing)." >&2
    echo "mend: install it, or name another: make demo PYTHON=python3.12" >&2; exit 1; }
[ -x "$venv/bin/python" ] || { echo "· making $venv"; "$python" -m venv "$venv" || {
    echo "mend: apt-get install python3-venv" >&2; exit 1; }; }
echo "· installing from uv.lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.8' ||
    { echo "mend: is the package registry reachable? pip's own settings and proxies apply" >&2; exit 1; }
VIRTUAL_ENV=$venv "$venv/bin/uv" sync --frozen --inexact --quiet --active --compile-bytecode ||
    { echo "mend: uv.lock could not be installed; see the lines above" >&2; exit 1; }
