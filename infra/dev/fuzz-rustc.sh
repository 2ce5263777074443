#!/usr/bin/env bash
# RUSTC_WRAPPER of fuzz.sh. One function of lopdf is a match over every glyph name there is; instrumented, its thousands of
# edges keep LLVM's register coalescer, whose time is quadratic in them, busy for tens of minutes. That pass only saves moves.
set -euo pipefail
case " $* " in
    *" --crate-name lopdf "*) exec "$@" -Cllvm-args=-join-liveintervals=false ;;
    *) exec "$@" ;;
esac
