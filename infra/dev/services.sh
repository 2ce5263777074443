#!/usr/bin/env bash
# Starts each service as a process of its own on this machine, as production does; one Ctrl-C stops them all.
#   services.sh okdokument
# Stores as given by OKD_DATABASE_URL (postgres://…) and OKD_REDIS_URL; else SQLite files under OKD_DATA_DIR. There, too,
# is the secret by which they trust each other, made by the first of them.
set -euo pipefail
program=$1

export OKD_TENANT_ADDR=127.0.0.1:8091 OKD_TENANT_URL=http://127.0.0.1:8091
export OKD_BILLING_ADDR=127.0.0.1:8092 OKD_BILLING_URL=http://127.0.0.1:8092
export OKD_SIGNING_ADDR=127.0.0.1:8093 OKD_SIGNING_URL=http://127.0.0.1:8093

# name, metrics port; in the order in which they are needed.
services=(sandbox:8089 signing:8088 billing:8087 tenant:8086 gateway:8085)
pids=()
for service in "${services[@]}"; do
    name=${service%:*}
    # The one who passes on the log outlives Ctrl-C, or the last words of a draining service have nowhere to go.
    OKD_METRICS_ADDR=127.0.0.1:${service#*:} "$program" serve --only "$name" \
        > >(trap '' INT && exec sed -u "s/^/$name | /") 2>&1 &
    pids+=($!)
    printf 'services: %-8s pid %-7s metrics http://127.0.0.1:%s/metrics\n' "$name" "$!" "${service#*:}"
done

stopping=false
stop() { stopping=true; kill -TERM "${pids[@]}" 2>/dev/null || true; }
trap stop INT TERM

# One that ends by itself takes the others with it: half a system helps nobody.
wait -n "${pids[@]}" || true
$stopping || { echo "services: one of them ended; stopping the others"; failed=1; }
kill -TERM "${pids[@]}" 2>/dev/null || true
for pid in "${pids[@]}"; do
    while kill -0 "$pid" 2>/dev/null; do wait "$pid" 2>/dev/null || true; done
done
exit "${failed:-0}"
