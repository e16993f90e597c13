# SPDX-License-Identifier: LGPL-2.1-or-later
"""What boots: the kernel with its modules, and an initramfs of busybox, bpftool and the workload."""

import glob
import hashlib
import lzma
import os
import re
import shutil

from lib.run import Failure, output, run

USERLAND_SUITE = "forky"
USERLAND = ("bpftool", "busybox-static", "kexec-tools", "libbpf-dev", "libc6-dev", "libelf-dev", "libzstd-dev",
            "makedumpfile", "zlib1g-dev")
USERLAND_WITHOUT = ("debconf", "perl")

# qemu_fw_cfg writes VMCOREINFO to QEMU's device, virtio_blk carries the truth out; the others give BPF programs
# something to hang on (crc32c_generic: nf_conntrack wants it without naming it). A kernel that has one built in, or not
# at all, goes without the file.
MODULES = ("virtio_pci", "virtio_blk", "qemu_fw_cfg", "crc32c_generic", "dummy", "veth", "sch_ingress", "sch_fq",
           "cls_bpf", "act_bpf", "nf_defrag_ipv4", "nf_defrag_ipv6", "nf_conntrack", "nf_nat", "nfnetlink", "tcp_bbr")
CAPTURE_MODULES = ("virtio_pci", "virtio_blk")

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def kernel(archive, cache, packages):
    """The image of a kernel, unpacked in the cache, and the folder of its modules."""
    image = packages[0]
    root = archive.unpack(packages, os.path.join(cache, "kernels", f"{image['Package']}_{image['Version']}"))
    modules = glob.glob(os.path.join(root, "lib/modules/*"))
    images = glob.glob(os.path.join(root, "boot/vmlinuz-*")) + glob.glob(os.path.join(root, "lib/modules/*/vmlinuz*"))
    if len(images) != 1 or len(modules) != 1:
        raise Failure(f"{image['Package']}: one kernel expected in {root}, found {images or 'no image'}")
    if not os.path.exists(os.path.join(modules[0], "modules.dep")):
        run("depmod", "-b", root, os.path.basename(modules[0]))
    return images[0], modules[0]


def userland(archive, cache, arch):
    """The folder with the guest's tools, their libraries and the headers to build the workload with; their versions."""
    packages = archive.closure(USERLAND_SUITE, arch, USERLAND, USERLAND_WITHOUT)
    versions = {p["Package"]: p["Version"] for p in packages}
    digest = hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()
    return archive.unpack(packages, os.path.join(cache, "userland", f"{USERLAND_SUITE}-{arch}-{digest[:16]}")), versions


def module_order(folder, names):
    """The files of modules and what they depend on, in the order of loading."""
    dependencies = {}
    with open(os.path.join(folder, "modules.dep")) as lines:
        for line in lines:
            file, needs = line.strip().split(":")
            name = re.sub(r"\.ko.*", "", os.path.basename(file)).replace("-", "_")
            dependencies[name] = list(reversed(needs.split())) + [file]
    order = []
    for name in names:
        order += [file for file in dependencies.get(name, []) if file not in order]
    return order


def add_modules(folder, names, root):
    """Copies modules, unpacked (insmod of busybox reads plain files only), with their order."""
    os.makedirs(os.path.join(root, "modules"))
    with open(os.path.join(root, "modules/order"), "w") as order:
        for file in module_order(folder, names):
            name = re.sub(r"\.(xz|zst)$", "", os.path.basename(file))
            source = os.path.join(folder, file)
            with open(os.path.join(root, "modules", name), "wb") as target:
                if file.endswith(".xz"):
                    target.write(lzma.open(source).read())
                elif file.endswith(".zst"):
                    run("zstd", "-dcq", source, stdout=target)
                else:
                    shutil.copyfileobj(open(source, "rb"), target)
            order.write(name + "\n")


def needed(binary):
    """The interpreter and the libraries that an ELF file names."""
    text = output("readelf", "-Wld", binary)
    interpreter = re.search(r"interpreter: ([^\]]+)\]", text)
    return interpreter and interpreter[1], re.findall(r"\(NEEDED\).*\[([^\]]+)\]", text)


def add_binary(binary, path, sysroot, root):
    """Copies a binary to a path of the guest, with the interpreter and libraries it needs from the sysroot."""
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(binary, target)
    interpreter, libraries = needed(binary)
    for library in libraries + ([interpreter] if interpreter else []):
        found = (glob.glob(os.path.join(sysroot, library.lstrip("/")))
                 or glob.glob(os.path.join(sysroot, "usr/lib/*-linux-gnu", library)))
        if not found:
            raise Failure(f"{binary} needs {library}, which is not in {sysroot}: add its package to USERLAND")
        place = os.path.relpath(found[0], sysroot)
        if not os.path.exists(os.path.join(root, place)):
            add_binary(found[0], place, sysroot, root)


def add_host_binary(binary, root):
    """Copies a binary of the host with the host's libraries, apart from the guest's own, and a wrapper in /bin."""
    libraries = re.findall(r"(?:=> )?(/\S+) \(0x", output("ldd", binary))
    name = os.path.basename(binary)
    for folder in ("host/lib", "host/bin"):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    for library in libraries:
        shutil.copy(library, os.path.join(root, "host/lib"))
    shutil.copy(binary, os.path.join(root, "host/bin"))
    loader = next(os.path.basename(library) for library in libraries if "/ld-linux" in library)
    wrapper = os.path.join(root, "usr/bin", name)
    with open(wrapper, "w") as script:
        script.write(f'#!/bin/sh\nexec /host/lib/{loader} --library-path /host/lib /host/bin/{name} "$@"\n')
    os.chmod(wrapper, 0o755)


def build_workload(sysroot, arch, cache):
    """Builds the loader and its BPF programs for the guest, without debug information: it names this machine's folders."""
    machine = MACHINES[arch]
    out = os.path.join(cache, "workload", arch)
    os.makedirs(out, exist_ok=True)
    run("make", "-C", os.path.join(HERE, "workload"), f"ARCH={machine}", f"SYSROOT={sysroot}", f"OUT={out}")
    run(f"{machine}-linux-gnu-strip", "--strip-debug", os.path.join(out, "workload"))
    return out


def add_command(options, root):
    """Adds the binaries of --copy-libs and the command of --exec."""
    for binary in options.copy_libs:
        add_host_binary(binary, root)
    if options.exec:
        with open(os.path.join(root, "exec"), "w") as script:
            script.write(options.exec + "\n")


def new_root(root, sysroot, modules, names):
    """Makes the folder of an initramfs, with what each has: init, busybox and modules."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64"):
        os.makedirs(os.path.join(root, folder))
    for folder in ("bin", "sbin", "lib", "lib64"):
        os.symlink("usr/" + folder, os.path.join(root, folder))
    shutil.copy(os.path.join(HERE, "guest/init"), os.path.join(root, "init"))
    shutil.copy(os.path.join(sysroot, "bin/busybox"), os.path.join(root, "bin"))
    add_modules(modules, names, root)


def pack(root, target):
    """Turns the folder of an initramfs into its file."""
    run("sh", "-c", 'find . | cpio --quiet -o -H newc -R 0:0 | gzip -1 >"$0"', os.path.abspath(target), cwd=root)
    shutil.rmtree(root)


def add_capture(image, modules, sysroot, options, root):
    """Adds what --crash needs: kexec, and the same kernel with an initramfs of its own, which writes out the memory."""
    add_binary(os.path.join(sysroot, "usr/sbin/kexec"), "usr/sbin/kexec", sysroot, root)
    capture = os.path.join(root, "capture")
    os.mkdir(capture)
    shutil.copy(image, os.path.join(capture, "vmlinuz"))
    inner = os.path.join(capture, "root")
    new_root(inner, sysroot, modules, CAPTURE_MODULES)
    add_binary(os.path.join(sysroot, "usr/bin/makedumpfile"), "usr/bin/makedumpfile", sysroot, inner)
    add_command(options, inner)
    pack(inner, os.path.join(capture, "initramfs"))


def initramfs(target, image, modules, sysroot, workload, options):
    """Writes the initramfs to a file."""
    root = target + ".root"
    new_root(root, sysroot, modules, MODULES)
    add_binary(os.path.join(sysroot, "usr/sbin/bpftool"), "usr/sbin/bpftool", sysroot, root)
    if workload:
        add_binary(os.path.join(workload, "workload"), "workload", sysroot, root)
        for program in glob.glob(os.path.join(workload, "*.bpf.o")):
            shutil.copy(program, root)
    if options.crash:
        add_capture(image, modules, sysroot, options, root)
    else:
        add_command(options, root)
    if options.overlay:
        shutil.copytree(options.overlay, root, symlinks=True, dirs_exist_ok=True)
    pack(root, target)
