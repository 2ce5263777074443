#!/usr/bin/env bash
# `make bench`: what one process of the optimised program does on this machine. Prints a table; writes nothing.
# The PDF engine is measured after it: bench-engine.sh.
#   bench.sh [shape]     one-sqlite (default) or one-postgres-redis
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT"
cargo build --release --locked --package okdokument
cargo build --locked --package test-kit --example stack
export OKD_BIN=$OKD_TARGET/release/okdokument
exec node infra/dev/bench.mjs "$OKD_TARGET/debug/examples/stack" "${1:-one-sqlite}"
