#!/usr/bin/env bash
# `make bench-engine`: what sealing, taking in and verifying cost, pyHanko beside it in the same run. Writes
# docs/reports/engine.md; fails where a goal is missed.
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT"
cargo build --quiet --release --locked --package pdf --example bench
bench=$OKD_TARGET/release/examples/bench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$bench" prepare "$folder"
ours=$("$bench" measure "$folder")
peak=$("$bench" peak "$folder/500-pages-10MB.pdf" "$folder")
small=$("$OKD_PYHANKO" infra/dev/bench-pyhanko.py "$folder" one-page-100kB.pdf 40)
large=$("$OKD_PYHANKO" infra/dev/bench-pyhanko.py "$folder" 500-pages-10MB.pdf 5)
mkdir -p docs/reports
OURS=$ours PEAK=$peak SMALL=$small LARGE=$large node infra/dev/bench-engine.mjs \
    "$(nproc) cores, $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD)" docs/reports/engine.md
