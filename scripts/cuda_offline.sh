#!/usr/bin/env bash
# Installs the LLVM that `cargo build --features cuda` links, from Python wheels.
#
# Burn 0.22.1 downloads LLVM 23.1 from GitHub during the build. Where GitHub is out of reach, the
# wheels of the package mlc-llvm-static (static, with NVPTX) are an alternative:
#
#     scripts/cuda_offline.sh [FOLDER]        # about 400 MB; default: .llvm
#     cargo build --features cuda --example qm9_likelihood
#
# At run time the NVIDIA driver is needed, and CUDA_PATH with nvvm/libdevice/libdevice.10.bc; a CUDA
# toolkit in /usr/local/cuda is found without it.
set -euo pipefail
folder=${1:-$PWD/.llvm}
version=23.1.1.post0
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --no-deps \
    "mlc-llvm-static==$version" "mlc-llvm-static-extra-targets==$version"
prefix=$("$folder/bin/python" -m mlc_llvm_static.config --prefix)
# With this file in its folder, the build downloads nothing.
touch "$prefix/.tracel-llvm-installed"
data=${XDG_DATA_HOME:-$HOME/.local/share}/tracel
mkdir -p "$data"
ln -sfn "$prefix" "$data/tracel-llvm-23.1.0-4"
"$data/tracel-llvm-23.1.0-4/bin/llvm-config" --link-static --version
