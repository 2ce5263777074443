#!/usr/bin/env bash
# Runs a server for make, so that Ctrl-C ends the server and leaves make to report its exit code.
#   run.sh command…
# make dies of the SIGINT that a terminal sends to its whole process group, whatever its child answers; so with a
# terminal the server gets a group of its own (job control), and Ctrl-C reaches nobody else.
set -eu

# Ours alone; the server reads every OKD_… as a setting.
unset OKD_CACHE OKD_BIN OKD_PYHANKO

in_foreground() {
    # pid (comm) state ppid pgrp session tty tpgid …; elsewhere than on Linux there is no such file, and no harm.
    local stat pgrp tpgid
    { read -r stat </proc/$$/stat; } 2>/dev/null || return 1
    read -r _ _ pgrp _ _ tpgid _ <<<"${stat##*) }" || return 1
    [ "$pgrp" = "$tpgid" ]
}

if in_foreground && command -v setpriv >/dev/null; then
    set -m
    # Should make be told to stop, the server must not outlive this shell.
    setpriv --pdeathsig TERM "$@"
    exit
fi
exec "$@"
