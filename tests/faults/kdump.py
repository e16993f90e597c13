# SPDX-License-Identifier: LGPL-2.1-or-later
"""A copy of a kdump-compressed file whose pages can be changed or left out.

The format is that of makedumpfile's diskdump_mod.h: a header block, a sub-header, two bitmaps (pages of the machine, pages in
the dump), a descriptor for each page in the dump, in their order, then the pages. Only zlib and plain pages are read.
"""

import os
import shutil
import struct
import zlib

SIGNATURE = b"KDUMP   "
BLOCKS, BLOCKS_OFFSET = struct.Struct("<III"), 428  # block size, blocks of the sub-header, of both bitmaps
DUMP_LEVEL_OFFSET, DUMP_LEVEL = 8, 31  # in the sub-header
DESCRIPTOR = struct.Struct("<QIIQ")  # offset, size, flags, page flags
PLAIN, ZLIB = 0, 1


class Kdump:
    """A dump opened for damage; the file is a copy, removed at the end."""

    def __init__(self, source, copy):
        self.path = shutil.copyfile(source, copy)
        os.chmod(copy, 0o600)
        self.file = open(copy, "r+b")
        if self.at(0, 8) != SIGNATURE:
            raise ValueError(f"{source}: no kdump-compressed file")
        self.page_size, sub_header, bitmap_blocks = BLOCKS.unpack(self.at(BLOCKS_OFFSET, BLOCKS.size))
        bitmap_size = bitmap_blocks * self.page_size // 2
        self.bitmap_offset = (1 + sub_header) * self.page_size + bitmap_size
        self.descriptors_offset = self.bitmap_offset + bitmap_size
        self.bitmap = self.at(self.bitmap_offset, bitmap_size)
        self.undo = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        os.unlink(self.path)

    def at(self, offset, size):
        self.file.seek(offset)
        return self.file.read(size)

    def put(self, offset, data):
        """Changes bytes of the file, and remembers what they were."""
        self.undo.append((offset, self.at(offset, len(data))))
        self.file.seek(offset)
        self.file.write(data)

    def restore(self):
        """The dump is again as it was opened, but for unused bytes at its end."""
        for offset, data in reversed(self.undo):
            self.file.seek(offset)
            self.file.write(data)
        self.undo.clear()
        self.file.flush()

    def rank(self, number):
        """The number of the page's descriptor; LookupError for a page that is not in the dump."""
        byte, bit = divmod(number, 8)
        if not self.bitmap[byte] >> bit & 1:
            raise LookupError(f"page {number} is not in the dump")
        return sum(self.bitmap[:byte].translate(BITS)) + (self.bitmap[byte] & ((1 << bit) - 1)).bit_count()

    def descriptor_offset(self, number):
        return self.descriptors_offset + self.rank(number) * DESCRIPTOR.size

    def page(self, number):
        offset, size, flags, _ = DESCRIPTOR.unpack(self.at(self.descriptor_offset(number), DESCRIPTOR.size))
        data = self.at(offset, size)
        if flags not in (PLAIN, ZLIB):
            raise ValueError(f"page {number} has flags {flags:#x}")
        return zlib.decompress(data) if flags == ZLIB else data

    def write(self, physical, data):
        """Changes memory inside one page: the page goes to the end of the file, uncompressed."""
        number, start = divmod(physical, self.page_size)
        page = bytearray(self.page(number))
        if start + len(data) > len(page):
            raise ValueError("a write across pages")
        page[start:start + len(data)] = data
        place = self.file.seek(0, os.SEEK_END)
        self.file.write(page)
        self.put(self.descriptor_offset(number), DESCRIPTOR.pack(place, len(page), PLAIN, 0))
        self.file.flush()

    def exclude(self, physical):
        """Leaves a page out: its bit is cleared, and the descriptors behind its own move up.

        The dump level becomes makedumpfile's 31; with less, a page that is left out would be one of zeros.
        """
        number = physical // self.page_size
        last = sum(self.bitmap.translate(BITS)) * DESCRIPTOR.size + self.descriptors_offset
        start = self.descriptor_offset(number)
        self.put(start, self.at(start + DESCRIPTOR.size, last - start - DESCRIPTOR.size))
        byte, bit = divmod(number, 8)
        self.put(self.bitmap_offset + byte, bytes([self.bitmap[byte] & ~(1 << bit)]))
        self.put(self.page_size + DUMP_LEVEL_OFFSET, DUMP_LEVEL.to_bytes(4, "little"))
        self.file.flush()


# How many bits each value of a byte has, for bytes.translate().
BITS = bytes(value.bit_count() for value in range(256))
