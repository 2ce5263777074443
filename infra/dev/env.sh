# Where the dev scripts find things. Sourced by each of them; sets variables, does nothing.
# shellcheck shell=bash

OKD_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Outside the clone, so that a second clone finds the tools of the first.
OKD_CACHE=${OKD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/okdokument}
OKD_TOOLS=$OKD_CACHE/tools
export OKD_CACHE

# CI starts from a fresh clone each time: its builds share one target folder, a person keeps their own.
if [ -n "${CI:-}" ]; then
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$OKD_CACHE/target}
    # Incremental state is never read again there, and costs time and disk.
    export CARGO_INCREMENTAL=${CARGO_INCREMENTAL:-0}
    export NEXTEST_PROFILE=${NEXTEST_PROFILE:-ci}
fi
# shellcheck disable=SC2034 # for those who source this
OKD_TARGET=${CARGO_TARGET_DIR:-$OKD_ROOT/target}

# Our pinned tools first. `cargo foo` finds `cargo-foo` on the PATH.
export PATH=$OKD_TOOLS/bin:$PATH
# pyHanko, the second opinion on every signature.
export OKD_PYHANKO=${OKD_PYHANKO:-$OKD_TOOLS/pyhanko/bin/python}
# reportlab and pikepdf, which make files that ours must read.
export OKD_MAKERS=${OKD_MAKERS:-$OKD_TOOLS/makers/bin/python}
