# Named, timed steps that stop at the first failure. Sourced by the gate and the shorter doors.
# shellcheck shell=bash

steps_started=$SECONDS
steps_done=0

step() { # name, command…
    local name=$1 began=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    if "$@"; then
        steps_done=$((steps_done + 1))
        printf -- '--- %s: ok, %d s\n' "$name" $((SECONDS - began))
    else
        local code=$?
        printf '\nFAILED: %s (exit %d after %d s; the whole run %d s). Its output stands above.\n' \
            "$name" "$code" $((SECONDS - began)) $((SECONDS - steps_started))
        exit 1
    fi
}

steps_summary() { # what
    printf '\n%s: %d steps green in %d min %02d s\n' \
        "$1" "$steps_done" $(((SECONDS - steps_started) / 60)) $(((SECONDS - steps_started) % 60))
}
