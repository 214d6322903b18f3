#!/bin/sh
# Assesses the sample plan and the facts of the five regions, and opens the page. Usage: BIN=.venv/bin tools/demo.sh DIRECTORY
set -eu

out=$1
bin=${BIN:-.venv/bin}

"$bin/lvlian" assess data/sample/qingyan.txt data/regions/*.yaml --out "$out"

page=$out/brief.html
if [ "$(uname)" = Darwin ]; then
    open "$page"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$page" >/dev/null 2>&1 || true
fi
