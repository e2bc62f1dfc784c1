#!/usr/bin/env bash
# Builds the program for a target, and the wheel of PyPI with it.
#
#   packaging/build.sh TARGET FOLDER
#
# puts FOLDER/bin/TARGET/asyncapi-security-lsp and FOLDER/wheels/*.whl.
#
# For Linux, and for macOS and Windows (`-gnu`) from Linux, Zig links, so that one machine builds for
# all: glibc's 2.17 and later will do, and musl's needs no library at all. Elsewhere the linker of
# the machine does. Needs Rust with the target, and from PyPI maturin, for Zig ziglang as well.
# `CARGO_PROFILE_RELEASE_LTO=off` makes it quick, for a try.
set -euo pipefail

target=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

options=(--release --locked --target "$target" --out "$folder/wheels")
case $(uname -s) in
  Linux) options+=(--zig) ;;
esac
case $target in
  *-linux-gnu) options+=(--compatibility manylinux2014) ;;
  *-linux-musl) options+=(--compatibility musllinux_1_1) ;;
esac
program=asyncapi-security-lsp
case $target in
  *-windows-*) program+=.exe ;;
esac

rustup target add "$target"
maturin build "${options[@]}"
mkdir -p "$folder/bin/$target"
built=${CARGO_TARGET_DIR:-target}/$target/release/$program
cp "$built" "$folder/bin/$target/"
