# SPDX-License-Identifier: LGPL-2.1-or-later
"""Dump forms that makedumpfile makes from QEMU's ELF dump."""

import glob
import os
import shutil
import struct

from lib import kdump
from lib.run import Failure, output, run

ELF_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PHNUM_EXTENDED = 0xffff

# The arguments of makedumpfile for each form; those that end in -d31 leave out what dump level 31 does.
PLAIN = {"kdump-raw": [], "kdump-zlib": ["-c"], "kdump-lzo": ["-l"], "kdump-snappy": [], "kdump-zstd": ["-z"],
         "kdump-flat": ["-c", "-F"], "elf-makedumpfile": ["-E"], "elf-flat": ["-E", "-F"]}
FORMS = {**{form: [*arguments, "-d", "0"] for form, arguments in PLAIN.items()},
         **{form + "-d31": [*arguments, "-d", "31"] for form, arguments in PLAIN.items()}}
SPLIT = "split"
SPLIT_PARTS = 3
SPLIT_ARGUMENTS = ["--split", "--splitblock-size", "1024", "-c", "-d", "31"]

# No makedumpfile of Debian's has snappy: lib/kdump.py does it. Debian 12's has no zstd, and says so with an uncompressed dump and status 0.
ZSTD_SUITE = "forky"


def move_program_headers(source, target):
    """Copies an ELF dump with its program headers right behind the ELF header: makedumpfile 1.7.2 looks only there.

    QEMU 7.2 and later put one section header there, which nothing needs unless it counts the program headers.
    """
    shutil.copyfile(source, target)
    with open(target, "r+b") as file:
        fields = list(ELF_HEADER.unpack(file.read(ELF_HEADER.size)))
        phoff, phentsize, phnum = fields[5], fields[9], fields[10]
        if phnum == PHNUM_EXTENDED:
            raise Failure(f"{source}: too many program headers to move")
        file.seek(phoff)
        headers = file.read(phentsize * phnum)
        fields[5], fields[6], fields[12], fields[13] = ELF_HEADER.size, 0, 0, 0
        file.seek(0)
        file.write(ELF_HEADER.pack(*fields) + headers)


def makedumpfile_with_zstd(archive, cache):
    """The command of a newer makedumpfile, unpacked with its own libraries."""
    arch = output("dpkg", "--print-architecture").strip()
    packages = archive.closure(ZSTD_SUITE, arch, ["makedumpfile"], without=("perl",))
    version = next(p["Version"] for p in packages if p["Package"] == "makedumpfile").split(":")[-1]
    root = archive.unpack(packages, os.path.join(cache, f"makedumpfile-{arch}-{version}"))
    libraries = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu"))[0]
    loader = glob.glob(os.path.join(libraries, "ld-linux-*.so.*"))[0]
    return [loader, "--library-path", libraries, os.path.join(root, "usr/bin/makedumpfile")]


def convert(folder, names, archive, cache):
    """Makes the forms from vmcore.elf in the folder, each file appearing only when whole."""
    source, moved = (os.path.join(folder, name) for name in ("vmcore.elf", ".moved"))
    if not os.path.exists(source):
        raise Failure(f"{source} does not exist: --forms must name elf when it names forms of makedumpfile")
    try:
        move_program_headers(source, moved)
        for name in names:
            target = os.path.join(folder, "vmcore." + name)
            if name == SPLIT:
                parts = [f"{target}.{part}" for part in range(SPLIT_PARTS)]
                makedumpfile(["makedumpfile", *SPLIT_ARGUMENTS], moved, parts)
                continue
            command = makedumpfile_with_zstd(archive, cache) if "-z" in FORMS[name] else ["makedumpfile"]
            makedumpfile(command + FORMS[name], moved, [target])
            if "snappy" in name:
                kdump.recompress(target, target, kdump.SNAPPY, kdump.snappy_compressor())
    finally:
        os.unlink(moved)


def makedumpfile(command, source, targets):
    """One run of makedumpfile; a flattened dump goes to its stdout."""
    partial = [target + ".part" for target in targets]
    for file in partial:
        if os.path.exists(file):
            os.unlink(file)
    if "-F" in command:
        with open(partial[0], "wb") as target:
            run(*command, source, stdout=target)
    else:
        run(*command, source, *partial)
    for file, target in zip(partial, targets):
        os.chmod(file, 0o644)
        os.rename(file, target)


def unflatten(source, target):
    """Turns QEMU's flattened kdump into a plain one, all pages kept, compressed as far as zlib goes."""
    with open(source, "rb") as flat:
        run("makedumpfile", "-R", target, stdin=flat)
    kdump.recompress(target, target, kdump.ZLIB, kdump.compress_zlib)
