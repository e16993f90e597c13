# SPDX-License-Identifier: LGPL-2.1-or-later
"""The kernel with debug information that belongs to dumps: from the debug package of exactly their kernel."""

import os
import subprocess

from lib.debian import SUITES, Archive, lock
from lib.run import Failure, run

FILE = "usr/lib/debug/boot/vmlinux-"


def manifest(folder):
    with open(os.path.join(folder, "MANIFEST")) as file:
        return dict(line.rstrip("\n").split(": ", 1) for line in file)


def kernel_package(folder):
    """The package of the kernel of the dumps in a folder, and its version."""
    name, version = manifest(folder)["kernel-package"].split()[0].split("=")
    return name.replace("linux-binary-", "linux-image-").replace("-unsigned", ""), version


def vmlinux_path(cache, folder):
    return os.path.join(cache, "debug", "=".join(kernel_package(folder)))


def fetch(archive, cache, folder):
    name, version = kernel_package(folder)
    arch = manifest(folder)["architecture"]
    found = (package for suite in SUITES for package in archive.packages(suite, arch, name + "-dbg")
             if package["Version"] == version)
    package = next(found, None)
    if not package:
        raise Failure(f"the archive has no {name}-dbg {version} (any more), the kernel of {folder}: remove that, so "
                      "that dumps of the newest kernel are made")
    path = vmlinux_path(cache, folder)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive.fetch(package)], stdout=subprocess.PIPE) as data, \
            open(path + ".part", "wb") as file:
        run("tar", "-xO", "--wildcards", f"./{FILE}*", stdin=data.stdout, stdout=file)
    os.rename(path + ".part", path)


def vmlinux(cache, folder):
    """The path of the vmlinux with DWARF of exactly the kernel of the dumps in @folder, fetched on first use."""
    path = vmlinux_path(cache, folder)
    if not os.path.exists(path):
        held, archive = lock(cache), Archive(cache)
        archive.update()
        fetch(archive, cache, folder)
        held.close()
    return path
