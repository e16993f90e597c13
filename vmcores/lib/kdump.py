# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compressing the pages of a kdump anew, for what Debian's tools do not do: snappy, and zlib at its best."""

import ctypes
import os
import struct
import zlib

from lib.run import Failure

HEADER = struct.Struct("<4I")  # status, block size, blocks of the sub header, blocks of both bitmaps
HEADER_OFFSET = 424
DESCRIPTOR = struct.Struct("<QIIQ")  # file offset, size, how it is compressed, page flags
ZLIB = 1
SNAPPY = 4
COMPRESSIONS = 0x27  # zlib, lzo, snappy, zstd


def compress_zlib(page):
    return zlib.compress(page, 9)


def snappy_compressor():
    """A function that compresses a page with the system's libsnappy."""
    try:
        library = ctypes.CDLL("libsnappy.so.1")
    except OSError:
        raise Failure("libsnappy is missing: apt install libsnappy1v5") from None
    library.snappy_max_compressed_length.restype = ctypes.c_size_t

    def compress(page):
        size = ctypes.c_size_t(library.snappy_max_compressed_length(ctypes.c_size_t(len(page))))
        target = ctypes.create_string_buffer(size.value)
        if library.snappy_compress(page, ctypes.c_size_t(len(page)), target, ctypes.byref(size)):
            raise Failure("snappy_compress failed")
        return target.raw[:size.value]

    return compress


def recompress(source, target, flag, compress):
    """Copies a kdump of raw or zlib pages with each page compressed anew; pages that were one stay one."""
    with open(source, "rb") as old, open(target + ".part", "wb") as new:
        status, block, sub_blocks, bitmap_blocks = HEADER.unpack(os.pread(old.fileno(), HEADER.size, HEADER_OFFSET))
        descriptors_at = block * (1 + sub_blocks + bitmap_blocks)
        head = bytearray(old.read(descriptors_at))
        HEADER.pack_into(head, HEADER_OFFSET, status & ~COMPRESSIONS | flag, block, sub_blocks, bitmap_blocks)
        dumped = int.from_bytes(head[-block * bitmap_blocks // 2:], "little").bit_count()
        new.seek(descriptors_at + dumped * DESCRIPTOR.size)
        descriptors, copied = bytearray(), {}
        for offset, size, flags, page_flags in DESCRIPTOR.iter_unpack(old.read(dumped * DESCRIPTOR.size)):
            if offset not in copied:
                page = os.pread(old.fileno(), size, offset)
                page = zlib.decompress(page) if flags & ZLIB else page
                packed = compress(page)
                data, how = (packed, flag) if len(packed) < len(page) else (page, 0)
                copied[offset] = new.tell(), len(data), how
                new.write(data)
            descriptors += DESCRIPTOR.pack(*copied[offset], page_flags)
        new.seek(0)
        new.write(head + descriptors)
    os.rename(target + ".part", target)
