#!/usr/bin/env bash
# Checks and measures GPUs with one program that needs no Rust toolchain on the machine with the GPU.
#
#   scripts/gpu_check.sh build [--features cuda,vulkan]
#       Builds the example device_check, strips and compresses it: target/gpu_check.zst (--out FILE).
#   scripts/gpu_check.sh run FILE [--device cuda,vulkan] [other options of device_check]
#       Unpacks and runs it, and prints the card and one table. FILE may also be the program itself.
#
# `run FILE --device flex --sizes 8 --steps 1` tests the script on a machine without a GPU.
set -euo pipefail

fail() { echo "error: $*" >&2; exit 1; }
usage() { sed -n '4,9s/^# \{0,1\}//p' "$0"; }

build() {
    local features=cuda,vulkan out=""
    while [ $# -gt 0 ]; do
        case $1 in
            --features) features=${2:?"--features needs a value"}; shift 2 ;;
            --out) out=${2:?"--out needs a value"}; shift 2 ;;
            *) fail "unknown option $1" ;;
        esac
    done
    command -v zstd >/dev/null || fail "zstd is missing; install it to compress the program"
    cd "$(dirname "$0")/.."
    local target=${CARGO_TARGET_DIR:-target}
    out=${out:-$target/gpu_check.zst}
    cargo build --locked --features "$features" --example device_check
    strip -o "$target/gpu_check" "$target/debug/examples/device_check"
    zstd --quiet --force -T0 -10 "$target/gpu_check" -o "$out"
    rm "$target/gpu_check"
    echo "$out: $(du -m "$out" | cut -f1) MiB; features $features"
}

run() {
    [ $# -ge 1 ] || fail "the file of the program is missing"
    local file=$1 program folder
    shift
    [ -f "$file" ] || fail "$file is missing; make it with: scripts/gpu_check.sh build"
    folder=$(mktemp -d)
    # The folder is local, so its name is written into the trap.
    trap "rm -rf '$folder'" EXIT
    program=$folder/device_check
    case $file in
        *.zst)
            command -v zstd >/dev/null || fail "zstd is missing; unpack $file elsewhere and name the program"
            zstd --quiet --decompress "$file" -o "$program" ;;
        *) cp "$file" "$program" ;;
    esac
    chmod +x "$program"
    if command -v nvidia-smi >/dev/null; then
        nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || true
    else
        echo "no NVIDIA driver on this machine"
    fi
    echo "processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores"
    # The comparisons take seconds, the measurements minutes; six in all.
    timeout 360 "$program" "$@"
}

case ${1:-} in
    build) shift; build "$@" ;;
    run) shift; run "$@" ;;
    *) usage; exit 2 ;;
esac
