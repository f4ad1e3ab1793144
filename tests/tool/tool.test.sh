#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# The contract of the program on the command line. Usage: tool.test.sh LADE DATA
set -u
lade=$1
data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
# exits STATUS COMMAND...: runs it, keeps what it says in out and err.
exits() {
    local wanted=$1 got
    shift
    "$@" > out 2> err < /dev/null
    got=$?
    [ $got = "$wanted" ] || fail "exit status $got instead of $wanted: $* ($(head -c 300 err))"
}
# says FILE WORDS...: the words stand in out or err.
says() {
    local file=$1
    shift
    grep -qF -- "$*" "$file" || fail "'$*' is not in $file: $(head -c 300 "$file")"
}
silent() { [ ! -s "$1" ] || fail "$1 should be empty: $(head -c 300 "$1")"; }

good=$data/torch/y_state_network.pth
bad=$data/torch/n_zip.bad_crc__storage.pth
cp "$good" good.pth
cp "$bad" bad.pth

# help, manual page and completions come from one table
exits 2 "$lade"
exits 0 "$lade" help
says out "lade inspect"
exits 0 "$lade" --version
for command in inspect convert diff verify freeze; do
    exits 0 "$lade" help $command
    says out "Examples:"
    exits 0 "$lade" $command --help
    says out "lade $command"
done
exits 0 "$lade" --man
says out ".SS verify"
for shell in bash zsh fish; do
    exits 0 "$lade" --completions $shell
    says out "convert"
done
exits 0 "$lade" --completions bash
bash -n out || fail "completions for bash are no bash"
exits 2 "$lade" --completions csh

# bad use is told on standard error, and nothing else is done
exits 2 "$lade" explode good.pth
says err "explode"
exits 2 "$lade" inspect
exits 2 "$lade" inspect --nonsense good.pth
says err "--nonsense"
exits 2 "$lade" convert good.pth
exits 2 "$lade" convert good.pth x.unknown_suffix
silent out
[ ! -e x.unknown_suffix ] || fail "a file was written for a format that is not known"

# data to standard output, errors to standard error, the greatest status at the end
exits 0 "$lade" inspect good.pth
silent err
says out "torch.zip"
! grep -q $'\x1b' out || fail "colours without a terminal"
exits 3 "$lade" inspect --json --hash good.pth bad.pth missing.pth good.pth
[ "$(wc -l < out)" = 4 ] || fail "not a line of JSON for each of four files"
says out '"refused":"corrupt"'
says err "zip.bad_crc"
says err "io.not_found"
[ "$(sed -n 1p out)" = "$(sed -n 4p out)" ] || fail "two listings of one file differ"
exits 0 "$lade" inspect --tree good.pth
says out "numbers"
exits 0 "$lade" inspect --stats good.pth
says out "mean"
"$lade" inspect - < good.pth > out 2> err || fail "standard input is not read"
says out "torch.zip"
echo "not a model" > text.pth
exits 4 "$lade" inspect text.pth

# what is unsafe, corrupt or unsupported
exits 0 "$lade" verify good.pth
exits 3 "$lade" verify bad.pth
unsafe=$data/torch/y_dangerous_builtins_eval.pkl
exits 1 "$lade" verify "$unsafe"
says out "dangerous"

# conversion: whole or not at all
exits 0 "$lade" convert good.pth a.safetensors
exits 0 "$lade" diff good.pth a.safetensors
exits 0 "$lade" convert a.safetensors a.npz
exits 0 "$lade" diff a.npz good.pth
exits 0 "$lade" convert --rename '*=net.*' good.pth renamed.pth
exits 1 "$lade" diff good.pth renamed.pth
cp a.npz before.npz
exits 3 "$lade" convert bad.pth a.npz
cmp -s a.npz before.npz || fail "a conversion that failed changed the old file"
exits 0 "$lade" convert --shard-size 8 good.pth set.safetensors
[ -e set.safetensors.index.json ] || fail "no index of shards"
exits 0 "$lade" diff good.pth set.safetensors.index.json
exits 0 "$lade" convert --only 'no such tensor' good.pth none.safetensors
NO_COLOR=1 exits 0 "$lade" inspect good.pth

# Ctrl-C: a long conversion ends, and leaves nothing behind
mkdir long
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (4194304, 128), }"
} > long/big.npy
truncate -s $((128 + 4 * 4194304 * 128)) long/big.npy
"$lade" convert long/big.npy long/big.npz > out 2> err &
child=$!
for _ in $(seq 100); do
    [ "$(find long -type f | wc -l)" -gt 1 ] && break
    sleep 0.02
done
kill -INT $child
wait $child
[ $? != 0 ] || fail "an interrupted conversion says that it is done"
[ "$(find long -type f)" = long/big.npy ] || fail "an interrupted conversion leaves $(find long -type f)"

# a reader that goes away is no crash
"$lade" inspect --json good.pth good.pth good.pth 2> err | head -c 1 > out
ended=${PIPESTATUS[0]}
[ "$ended" -le 4 ] || [ "$ended" = 141 ] || fail "a closed pipe ends it with $ended"

[ $failures = 0 ] && echo "all as promised"
exit $((failures > 0))
