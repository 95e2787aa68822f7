#!/bin/sh
# The walls: style, types, layers, manifests. Every one runs, so that one failure does not hide another.
bin=$1
# They read the code only; no server need ever have been started.
export LUDAO_DATABASE_URL="${LUDAO_DATABASE_URL:-postgresql://127.0.0.1:1/none}"
status=0
for step in "ruff check" "lint-imports --no-cache" "mypy" "ludao check"; do
    echo "· $step"
    # shellcheck disable=SC2086
    "$bin"/$step || status=1
done
exit $status
