# SPDX-License-Identifier: LGPL-2.1-or-later
"""The virtual machine: QEMU without KVM, its console read from a file, driven over QMP."""

import json
import os
import subprocess
import time

from lib.run import Failure

DISK_BYTES = 4 << 30
CONSOLE_TAIL = 4000

# A dump form of QEMU's: the arguments of dump-guest-memory.
DUMPS = {"elf": {"paging": False, "format": "elf"},
         "elf-paging": {"paging": True, "format": "elf"},
         "kdump-zlib-flat": {"paging": False, "format": "kdump-zlib"}}

# The dumps of a guest that crashed are written by its capture kernel (guest/init), in memory set aside for that. The
# guest gets twice as much more: KASLR may put the kernel into the middle of its memory, and one of the halves must do.
CRASH_DUMPS = ("crash-elf", "crash-kdump-zlib-d31")
CRASH_RESERVED = 192
CRASH_MEMORY = 2 * CRASH_RESERVED
# A capture kernel on a slow machine may find that its timer does not tick in time, and panic.
CRASH_APPEND = ("no_timer_check",)


class Machine:
    """A running guest. All files lie in its working folder, so the command line names no other place."""

    def __init__(self, folder, command, disks):
        self.folder = folder
        self.command = command
        for name in disks:
            with open(os.path.join(folder, name), "wb") as disk:
                disk.truncate(DISK_BYTES)
        self.errors = open(os.path.join(folder, "qemu.err"), "w+")
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.errors.close()

    def console(self):
        """What the guest has printed so far."""
        path = os.path.join(self.folder, "console")
        if not os.path.exists(path):
            return ""
        with open(path, errors="replace") as file:
            return file.read()

    def wait(self, seconds, crash):
        """Waits until the guest is ready to be dumped or, after its one panic, has dumped itself."""
        mark, panics = ("\nCAPTURE READY", 1) if crash else ("\nGUEST READY", 0)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.console()
            if mark in text:
                return
            if "GUEST FAILED" in text or text.count("Kernel panic") > panics:
                raise Failure("the guest failed; its console ends with\n" + text[-CONSOLE_TAIL:])
            if self.process.poll() is not None:
                self.errors.seek(0)
                raise Failure("QEMU ended: " + self.errors.read())
            time.sleep(0.2)
        raise Failure(f"the guest was not ready within {seconds} s (--timeout); its console ends with\n"
                      + self.console()[-CONSOLE_TAIL:])

    def qmp(self, execute, **arguments):
        """One QMP command and its answer."""
        self.process.stdin.write(json.dumps({"execute": execute, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            answer = json.loads(line)
            if "error" in answer:
                raise Failure(f"QEMU refused {execute}: {answer['error']['desc']}")
            if "return" in answer:
                return
        raise Failure(f"QEMU ended during {execute}")

    def dump(self, forms):
        """Stops the guest for good and writes its memory in each form."""
        self.qmp("qmp_capabilities")
        self.qmp("stop")
        for form in forms:
            self.qmp("dump-guest-memory", protocol=f"file:vmcore.{form}", **DUMPS[form])
            os.chmod(os.path.join(self.folder, f"vmcore.{form}"), 0o644)
        self.qmp("quit")


def disks(options):
    """The disks of a guest, in their order: for the truth, and for what the capture kernel writes."""
    return ["disk", "disk.crash"] if options.crash else ["disk"]


def command_line(kernel, options):
    """QEMU's command line for a row of the kernel table; files are named relative to the working folder."""
    append = ["rdinit=/init", f"console={kernel.console}", "loglevel=4", "panic=-1",
              "lsm=landlock,lockdown,yama,integrity,apparmor,bpf",
              *([f"crashkernel={CRASH_RESERVED}M", f"crash_in={options.crash}", *CRASH_APPEND] if options.crash else []),
              *options.append]
    command = [kernel.qemu, "-machine", kernel.machine, "-accel", "tcg", "-cpu", kernel.cpu, "-smp", "2",
               "-m", str(options.memory), "-display", "none", "-nodefaults", "-serial", "file:console",
               "-qmp", "stdio", "-kernel", "vmlinuz", "-initrd", "initramfs", "-append", " ".join(append)]
    for disk in disks(options):
        command += ["-drive", f"file={disk},format=raw,if=none,id={disk},cache=unsafe",
                    "-device", f"virtio-blk-pci,drive={disk}"]
    return command + ([] if options.no_vmcoreinfo else ["-device", "vmcoreinfo"])
