#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# samples/build.sh KIND OUT COMPILER FLAG… SOURCE SOURCE: a sample that one run of a compiler does not make.
#
#     split      each source's DIEs in a .dwo file of OUT.d/
#     object     not linked, as a module is
#     dwz        what is there twice only once
#     dwz-alt    the same, and what two programs have in common in OUT.common
set -eu

kind=$1 out=$2
shift 2
program='-O1 -fno-lto -fno-pie -no-pie -nostdlib -static -Wl,-e,sample_function'

# Compiles each source to its own file in OUT.d/; the last two arguments are the sources.
compile() {
	mkdir -p "$out.d"
	while [ $# -gt 2 ]; do
		command="${command:+$command }$1"
		shift
	done
	for source; do
		$command -O1 -fno-lto -fno-pie -c "$source" -o "$out.d/$(basename "$source" .c).o"
	done
}

case $kind in
split)
	compile "$@"
	"$1" $program "$out.d/sample.o" "$out.d/other.o" -o "$out"
	;;
object)
	compile "$@"
	ld -r "$out.d/sample.o" "$out.d/other.o" -o "$out"
	;;
dwz)
	"$@" $program -o "$out"
	dwz "$out"
	;;
dwz-alt)
	"$@" $program -o "$out"
	cp "$out" "$out.twin"
	rm -f "$out.common"
	dwz -m "$out.common" -M "$(basename "$out").common" "$out" "$out.twin"
	;;
esac
