# What the gate and the soak build and run: one scope and one set of features for all of it, so that nothing is built
# twice and the program that the end-to-end tests start is the one that was built beside them. Sourced after env.sh.
# shellcheck shell=bash

# A service with failpoints has them on here and nowhere else: they do nothing until a test names one.
failpoints=$(cd "$OKD_ROOT/services" && grep -l '^failpoints *=' ./*/Cargo.toml |
    sed -E 's#^\./(.*)/Cargo.toml$#\1/failpoints#' | paste -sd, - || true)
OKD_SCOPE=(--workspace --locked ${failpoints:+--features "$failpoints"})

# Here a missing second opinion is a failure; who runs one test by hand is only told.
export OKD_ORACLES=${OKD_ORACLES:-required}
export OKD_BIN=$OKD_TARGET/debug/okdokument

# `--bins` beside `--tests`: else the program itself is left out. nextest then finds everything fresh.
okd_build() {
    cargo build "${OKD_SCOPE[@]}" --bins --tests --examples
}

okd_nextest() { # filter, further options…
    local filter=$1
    shift
    cargo nextest run "${OKD_SCOPE[@]}" "$@" -E "$filter"
}
