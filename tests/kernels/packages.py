# SPDX-License-Identifier: LGPL-2.1-or-later
"""`kinspect check` over the BTF of many kernel packages: every view must fit each of them."""

import lzma
import os
import struct
import subprocess
import sys
import tempfile
import zlib

from suite import TOP

sys.path.insert(0, os.path.join(TOP, "vmcores"))
from lib.debian import Archive  # noqa: E402
from lib.run import Failure  # noqa: E402

SUITES = {
    "5.10": ("bullseye", "bullseye-security"),
    "6.1": ("bookworm", "bookworm-security"),
    "6.12": ("trixie", "trixie-security"),
    "7": ("trixie-backports", "forky", "sid", "experimental"),
}
# So many of the kernels below must be there: a mirror may have lost a version that its index still names.
AT_LEAST = 12
# Series and flavours; of the large packages only some are fetched.
KERNELS = (
    ("5.10", "cloud-amd64"), ("5.10", "amd64"), ("5.10", "rt-amd64"), ("5.10", "cloud-arm64"),
    ("6.1", "cloud-amd64"), ("6.1", "rt-amd64"), ("6.1", "cloud-arm64"),
    ("6.12", "cloud-amd64"), ("6.12", "rt-amd64"), ("6.12", "cloud-arm64"),
    ("7", "cloud-amd64"), ("7", "amd64"), ("7", "rt-amd64"), ("7", "cloud-arm64"), ("7", "arm64"), ("7", "rt-arm64"),
)
DEFAULT_CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "libinspect-vmcores")

# The header of BTF (include/uapi/linux/btf.h): magic, version, flags, its length; offsets and lengths of types and strings.
BTF_HEADER = struct.Struct("<HBBIIIII")
BTF_START = b"\x9f\xeb\x01\x00"
BTF_LEAST = 1 << 20  # that of a kernel has megabytes


def find_btf(image):
    """The kernel's BTF in an uncompressed image: the first header whose parts lie in the image and are large."""
    start = -1
    while (start := image.find(BTF_START, start + 1)) >= 0:
        if start + BTF_HEADER.size > len(image):
            break
        *_, header, type_offset, type_size, string_offset, string_size = BTF_HEADER.unpack_from(image, start)
        size = header + string_offset + string_size
        if type_offset + type_size <= string_offset and BTF_LEAST < size <= len(image) - start:
            return image[start:start + size]
    return None


def unpack_with(*command):
    """A program complains of what stands behind the end, but has written all before that."""
    return lambda data: subprocess.run(command, input=data, capture_output=True).stdout


# How compressed images begin, and what unpacks them, whatever follows.
COMPRESSIONS = (
    (b"\x1f\x8b\x08", lambda data: zlib.decompressobj(wbits=31).decompress(data)),
    (b"\xfd7zXZ\0", lambda data: lzma.LZMADecompressor().decompress(data)),
    (b"\x28\xb5\x2f\xfd", unpack_with("zstd", "-dcq")),
    (b"\x02\x21\x4c\x18", unpack_with("lz4", "-dcq")),
)


def btf_of_image(image):
    """The BTF of a kernel's boot image: of itself, or of what is compressed in it (bzImage, EFI's zboot)."""
    found = find_btf(image)
    for magic, unpack in COMPRESSIONS:
        start = -1
        while not found and (start := image.find(magic, start + 1)) >= 0:
            try:
                found = find_btf(unpack(image[start:]))
            except (lzma.LZMAError, zlib.error):
                continue
    return found


def boot_image(archive, package):
    """The boot image in a kernel package."""
    data = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive.fetch(package)], stdout=subprocess.PIPE)
    result = subprocess.run(["tar", "-xO", "--wildcards", "*/vmlinuz*"], stdin=data.stdout, capture_output=True)
    data.stdout.close()
    data.wait()
    return result.stdout


def check_kernel(suite, build, archive, series, flavour, folder):
    """Checks one kernel; False where the archive does not give it."""
    name = f"packages: {series} {flavour}"
    try:
        package = archive.kernel(SUITES[series], "arm64" if flavour.endswith("arm64") else "amd64", flavour, series)[0]
        btf = btf_of_image(boot_image(archive, package))
    except Failure as failure:
        print(f"{name}: left out: {str(failure).splitlines()[-1]}", flush=True)
        return False
    if not suite.check(f"{name}: has BTF", btf):
        return True
    path = os.path.join(folder, "btf")
    with open(path, "wb") as file:
        file.write(btf)
    outcome = build.kinspect("check", path)
    print(f"{name}: {package['Package']} {package['Version']}: {len(btf)} bytes of BTF, check: status {outcome.status}")
    suite.check(f"{name}: check", outcome.status == 0, *outcome.describe(), *outcome.out.decode().splitlines())
    return True


def cache_folder(option):
    """The cache of vmcores/make, where --cache does not name one."""
    return option or os.environ.get("LIBINSPECT_VMCORES_CACHE", DEFAULT_CACHE)


def check(suite, build, cache):
    archive = Archive(cache_folder(cache))
    archive.update()
    with tempfile.TemporaryDirectory() as folder:
        found = sum(check_kernel(suite, build, archive, *kernel, folder) for kernel in KERNELS)
    suite.check(f"packages: {found} kernels, at least {AT_LEAST}", found >= AT_LEAST)
