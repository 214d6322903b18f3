#!/bin/sh
# Assesses the sample plan and the facts of the five regions, then opens the site on them until Ctrl-C.
# Usage: BIN=.venv/bin PORT=8000 tools/demo.sh DIRECTORY; DEMO=once fetches the site's first page and ends.
set -eu

out=$1
bin=${BIN:-.venv/bin}

"$bin/lvlian" assess data/sample/qingyan.txt data/regions/*.yaml --out "$out"

if [ "${DEMO:-}" = once ]; then
    exec "$bin/lvlian" demo --home "$out-site" --port 0 --once
fi
if [ "$(uname)" = Darwin ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$bin/lvlian" demo --home "$out-site" --port "${PORT:-8000}" --open
fi
exec "$bin/lvlian" demo --home "$out-site" --port "${PORT:-8000}"
