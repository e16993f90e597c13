# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's archive, read through a private apt root: nothing of the system is changed.

The mirror is the one the system's own apt is set up for; indexes are verified by apt (signatures) and packages
by the hashes in the indexes. Names are resolved at run time, since old package versions vanish from mirrors.
"""

import fcntl
import functools
import os
import re
import subprocess
import time

from lib.run import Failure, output, run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
HELPER = "/usr/lib/apt/apt-helper"
SUITES = ("bullseye", "bullseye-security", "bookworm", "bookworm-security", "trixie", "trixie-security",
          "trixie-backports", "forky", "sid", "experimental")
INDEX_SECONDS = 24 * 3600
META_PACKAGE_BYTES = 1 << 20


def mirrors():
    """The URIs of the main and the security archive, as the system's apt knows them."""
    found = {}
    for line in output("apt-get", "indextargets", "--format", "$(ORIGIN)\t$(LABEL)\t$(REPO_URI)",
                       "Created-By: Packages").splitlines():
        origin, label, uri = line.split("\t")
        if origin == "Debian":
            found.setdefault(label, uri.rstrip("/"))
    if "Debian" not in found:
        raise Failure("apt knows no Debian archive: set one up in /etc/apt/sources.list, run 'apt-get update'")
    return found["Debian"], found.get("Debian-Security", found["Debian"] + "-security")


def newer(a, b):
    """Order of two packages by Debian's version rules; signed before unsigned where versions are equal."""
    for relation, order in (("gt", 1), ("lt", -1)):
        if subprocess.run(["dpkg", "--compare-versions", a["Version"], relation, b["Version"]]).returncode == 0:
            return order
    return ("unsigned" in b["Package"]) - ("unsigned" in a["Package"])


def parse_stanza(stanza, uri):
    """One package of a Packages file as a dictionary of its one-line fields."""
    package = dict(line.split(": ", 1) for line in stanza.split("\n") if ": " in line and line[0] != " ")
    return dict(package, URI=uri + package["Filename"])


def lock(cache):
    """One run at a time: they share the cache, and two guests under TCG would only slow each other down."""
    os.makedirs(cache, exist_ok=True)
    file = open(os.path.join(cache, "lock"), "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("vmcores/make: waiting for another run", flush=True)
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


class Archive:
    """The private apt root in the cache folder and the .debs fetched through it."""

    def __init__(self, cache):
        self.root = os.path.join(cache, "apt")
        self.debs = os.path.join(cache, "debs")
        for folder in (self.debs, os.path.join(self.root, "lists/partial")):
            os.makedirs(folder, exist_ok=True)
        self.indexes = {}
        self.sources = os.path.join(self.root, "sources.list")

    def apt(self, tool, *arguments):
        """The command line of an apt tool on the private root."""
        settings = {"Dir::Etc::SourceList": self.sources, "Dir::Etc::SourceParts": "-",
                    "Dir::State::Lists": os.path.join(self.root, "lists"), "Dir::Cache": self.root,
                    "APT::Architectures": "amd64,arm64", "APT::Sandbox::User": "root",
                    "Acquire::Languages": "none",
                    # A mirror may stand still: its index is signed all the same, and old is what it says it is.
                    "Acquire::Check-Valid-Until": "false"}
        return [tool, *(f"-o{key}={value}" for key, value in settings.items()), *arguments]

    def update(self, force=False):
        """Fetches the indexes unless they are fresh."""
        stamp = os.path.join(self.root, "updated")
        if not force and os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < INDEX_SECONDS:
            return
        main, security = mirrors()
        with open(self.sources, "w") as sources:
            for suite in SUITES:
                uri = security if suite.endswith("-security") else main
                sources.write(f"deb [arch=amd64,arm64 signed-by={KEYRING}] {uri} {suite} main\n")
        if subprocess.run(self.apt("apt-get", "-qq", "update")).returncode:
            print("vmcores/make: some suites could not be read; going on with the others", flush=True)
        open(stamp, "w").close()

    @functools.cached_property
    def targets(self):
        """The index files that apt fetched: (suite, arch) -> [(archive's URI, file)]."""
        targets = {}
        for line in output(*self.apt("apt-get", "indextargets", "--format",
                                     "$(RELEASE)\t$(ARCHITECTURE)\t$(REPO_URI)\t$(FILENAME)",
                                     "Created-By: Packages")).splitlines():
            suite, arch, uri, file = line.split("\t")
            targets.setdefault((suite, arch), []).append((uri, file))
        return targets

    def index(self, suite, arch):
        """The stanzas of a suite with their archive's URI, by package name (parsed only when asked for)."""
        if (suite, arch) not in self.indexes:
            stanzas = self.indexes[suite, arch] = {}
            for uri, file in self.targets.get((suite, arch), []):
                for stanza in filter(None, output(HELPER, "cat-file", file).split("\n\n")):
                    name = stanza[len("Package: "):stanza.index("\n")]
                    stanzas.setdefault(name, []).append((stanza, uri))
        return self.indexes[suite, arch]

    def packages(self, suite, arch, name):
        """All versions of a package in a suite."""
        return [parse_stanza(*entry) for entry in self.index(suite, arch).get(name, [])]

    def providers(self, suite, arch, name):
        """The packages of a suite that provide a virtual one."""
        provides = re.compile(rf"^Provides: (.*, )?{re.escape(name)}($|,| )", re.M)
        return [parse_stanza(*entry) for versions in self.index(suite, arch).values() for entry in versions
                if provides.search(entry[0])]

    def newest(self, suite, arch, name):
        """The newest version of a package, or of one that provides the name."""
        found = self.packages(suite, arch, name) or self.providers(suite, arch, name)
        if not found:
            raise Failure(f"{suite} has no package {name} for {arch} (--refresh reads the indexes anew)")
        return max(found, key=functools.cmp_to_key(newer))

    def closure(self, suite, arch, names, without=()):
        """The packages of these names and all they depend on, but for some."""
        found, todo = {}, list(names)
        while todo:
            name = todo.pop()
            if name in found or name in without:
                continue
            found[name] = self.newest(suite, arch, name)
            for dependency in filter(None, found[name].get("Depends", "").split(", ")):
                todo.append(re.match(r"[\w.+-]+", dependency).group())
        return [found[name] for name in sorted(found)]

    def kernel(self, suites, arch, flavour, series):
        """The packages of the newest kernel of a series: the image, and its modules where they are split off."""
        pattern = re.compile(rf"linux-(?:image|binary)-(?:unsigned-)?(\d[^-]*(?:-\d+)?)-{flavour}(?:-unsigned)?")
        found = []
        for suite in suites:
            for match in filter(None, map(pattern.fullmatch, self.index(suite, arch))):
                found += [dict(p, ABI=match[1], Suite=suite) for p in self.packages(suite, arch, match[0])
                          if p["Version"].startswith(series + ".") and int(p["Size"]) > META_PACKAGE_BYTES]
        if not found:
            raise Failure(f"no {flavour} kernel {series} in {', '.join(suites)}: does the mirror carry them? "
                          "(--refresh reads the indexes anew)")
        image = max(found, key=functools.cmp_to_key(newer))
        modules = self.packages(image["Suite"], arch, f"linux-modules-{image['ABI']}-{flavour}")
        return [image] + [p for p in modules if p["Version"] == image["Version"]]

    def fetch(self, package):
        """The path of the package's .deb, downloaded and verified on first use."""
        path = os.path.join(self.debs, os.path.basename(package["Filename"]))
        if not os.path.exists(path):
            run(*self.apt(HELPER, "download-file", package["URI"], path + ".part", "SHA256:" + package["SHA256"]))
            os.rename(path + ".part", path)
        return path

    def unpack(self, packages, target):
        """Unpacks packages into a folder named by their versions (merged /usr), once."""
        if os.path.exists(target):
            return target
        partial = target + ".part"
        run("rm", "-rf", partial)
        for folder in ("bin", "sbin", "lib", "lib64"):
            os.makedirs(os.path.join(partial, "usr", folder), exist_ok=True)
            os.symlink("usr/" + folder, os.path.join(partial, folder))
        for package in packages:
            data = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", self.fetch(package)], stdout=subprocess.PIPE)
            run("tar", "-xf", "-", "--keep-directory-symlink", "--no-same-owner", "-C", partial, stdin=data.stdout)
            if data.wait():
                raise Failure(f"{package['Package']}: dpkg-deb failed; remove it from {self.debs} and run again")
        os.rename(partial, target)
        return target
