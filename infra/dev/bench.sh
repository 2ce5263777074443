#!/usr/bin/env bash
# `make bench`: what the optimised program does on this machine. One process: prints a table. Each service in a process of its
# own: the memory that long lists and large files cost, into docs/reports/streams.md. The PDF engine is measured after it:
# bench-engine.sh.
#   bench.sh [shape]     of the table: one-sqlite (default) or one-postgres-redis
#   bench.sh streams     only the memory
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT"
cargo build --release --locked --package okdokument
cargo build --locked --package test-kit --example stack
export OKD_BIN=$OKD_TARGET/release/okdokument
stack=$OKD_TARGET/debug/examples/stack
[ "${1:-}" = streams ] || node infra/dev/bench.mjs "$stack" "${1:-one-sqlite}"
exec node infra/dev/bench-streams.mjs "$stack" docs/reports/streams.md "$(git rev-parse --short HEAD)"
