#!/usr/bin/env bash
# `make bench-quota`: what a reservation costs, one row-locking transaction per request beside it in the same run.
# Writes docs/reports/quota.md. A busy machine shows in the load that the report names.
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT"
cargo build --quiet --release --locked --package billing --example bench-quota
before=$(cut -d' ' -f1-3 /proc/loadavg)
measured=$("$OKD_TARGET/release/examples/bench-quota")
after=$(cut -d' ' -f1-3 /proc/loadavg)
mkdir -p docs/reports
{
    cat <<REPORT
# What a reservation costs

Written by \`make bench-quota\`; not by hand. $(nproc) cores, $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD),
$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1). Load of the machine before: $before, after: $after.

$measured

How it is measured:

- PostgreSQL syncs every commit (\`fsync\` and \`synchronous_commit\` on), on this machine's disk; both sides use the same
  server. SQLite runs with \`synchronous=FULL\`. Optimised build.
- 64 clients in one process ask again as soon as they are answered, for 10 s after 3 s of warming up. What they call is the
  judge without HTTP, and the peer without HTTP.
- The peer is one transaction per request over 32 connections: \`SELECT … FOR UPDATE\`, a check, \`UPDATE\`, \`INSERT\`. It has
  a balance and a list of charges; no request id, no lots, no ledger, no lease.
- The long ledger has 10,000,000 entries of the measured tenant, the short one 10,000; they are measured in turns.
REPORT
} > docs/reports/quota.md
cat docs/reports/quota.md
