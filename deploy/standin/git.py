"""A bare git repository on disk, read and written through git's plumbing."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.standin.clock import iso
from deploy.standin.diff import FileDiff, file_diffs

NOTHING = "0" * 40
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
FULL_SHA = re.compile(r"[0-9a-f]{40}")
ABBREVIATED_SHA = re.compile(r"[0-9a-f]{7,40}")
# `git update-index` leaves out such paths and says nothing of it in its exit code.
UNSAFE_PATH = re.compile(r"^/|(^|/)(\.{1,2}|\.git)(/|$)|//|/$|^$|\0", re.IGNORECASE)
GIT = shutil.which("git") or "git"
# Nobody's own configuration may change what a diff or a merge looks like.
ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C.UTF-8"}


class GitFailed(Exception):
    """Git refused; the message is git's own."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who made a commit, and when."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it is written in git."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a tree: a file, a folder, a symbolic link or a submodule."""

    mode: str
    kind: str
    sha: str
    path: str
    size: int | None


class GitRepository:
    """One bare repository. Objects never change and references are moved here alone, so both are remembered."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: dict[tuple[str, ...], bytes] = {}
        self._diffs: dict[tuple[str, str], tuple[FileDiff, ...]] = {}
        if not path.exists():
            path.mkdir(parents=True)
            self._run("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
        listed = self._run("for-each-ref", "--format=%(refname) %(objectname)").decode()
        self._refs = dict(line.rsplit(" ", 1) for line in listed.splitlines())

    def _run(self, *arguments: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        done = subprocess.run(
            [GIT, *arguments],
            cwd=self.path,
            input=stdin,
            capture_output=True,
            check=False,
            env={**ENVIRONMENT, **(extra or {})},
        )
        if done.returncode:
            raise GitFailed(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]}: {done.returncode}")
        return done.stdout

    def _keep(self, *arguments: str) -> bytes:
        if arguments not in self._kept:
            self._kept[arguments] = self._run(*arguments)
        return self._kept[arguments]

    def kind(self, sha: str) -> str | None:
        """Tell what an object is: blob, tree, commit or tag; None when there is no such object."""
        if not FULL_SHA.fullmatch(sha):
            return None
        try:
            return self._keep("cat-file", "-t", sha).decode().strip()
        except GitFailed:
            return None

    def blob(self, sha: str) -> bytes:
        """Read the bytes of a file."""
        return self._keep("cat-file", "blob", sha)

    def write_blob(self, content: bytes) -> str:
        """Keep the bytes of a file."""
        return self._run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def commit(self, sha: str) -> Commit:
        """Read a commit."""
        form = "--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
        fields = self._keep("show", "--no-patch", form, sha).decode(errors="replace").split("\0")
        tree, parents, name, email, at, committer, their_email, then, message = fields
        return Commit(
            sha,
            tree,
            tuple(parents.split()),
            Signature(name, email, datetime.fromisoformat(at)),
            Signature(committer, their_email, datetime.fromisoformat(then)),
            message.rstrip("\n"),
        )

    def entries(self, tree: str, *, recursive: bool = False) -> tuple[Entry, ...]:
        """List a tree; *recursive* goes into the folders and names them too."""
        flags = ("-r", "-t") if recursive else ()
        lines = self._keep("ls-tree", "-l", "-z", *flags, tree).decode(errors="replace").split("\0")
        return tuple(_entry(line) for line in lines if line)

    def entry(self, commit: str, path: str) -> Entry | None:
        """Find what stands at *path* in a commit."""
        if not path.strip("/"):
            return Entry("040000", "tree", self.commit(commit).tree, "", None)
        out = self._keep("--literal-pathspecs", "ls-tree", "-l", "-z", commit, "--", path.strip("/"))
        lines = out.decode(errors="replace").split("\0")
        return _entry(lines[0]) if lines[0] else None

    def file(self, commit: str, path: str) -> bytes | None:
        """Read the file at *path* in a commit; None when there is none."""
        entry = self.entry(commit, path)
        return self.blob(entry.sha) if entry and entry.kind == "blob" else None

    def refs(self, prefix: str = "refs/heads/") -> dict[str, str]:
        """List full names of references under *prefix* and what they point to."""
        return {name: sha for name, sha in sorted(self._refs.items()) if name.startswith(prefix)}

    def ref(self, name: str) -> str | None:
        """Find what a full reference name points to."""
        return self._refs.get(name)

    def resolve(self, name: str) -> str | None:
        """Find the commit meant by a branch, a tag, a reference or a SHA, in GitHub's order."""
        for candidate in (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", name):
            if candidate.startswith("refs/") and (sha := self.ref(candidate)):
                return sha
        if ABBREVIATED_SHA.fullmatch(name):
            try:
                return self._run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
            except GitFailed:
                return None
        return None

    def update_ref(self, name: str, new: str, old: str) -> None:
        """Move a reference if it still is at *old*; NOTHING stands for "not there"."""
        self._run("update-ref", name, new, old)
        self._refs[name] = new

    def delete_ref(self, name: str) -> None:
        """Remove a reference."""
        self._run("update-ref", "-d", name)
        self._refs.pop(name, None)

    def adopt(self, other: "GitRepository", sha: str, name: str) -> None:
        """Point a reference at a commit of another repository, copying what is missing."""
        if other is not self:
            self._run("fetch", "--quiet", "--no-tags", str(other.path), sha)
        self._run("update-ref", name, sha)
        self._refs[name] = sha

    def write_tree(self, base: str | None, changes: Mapping[str, tuple[str, str] | None]) -> str:
        """Write a tree: *base* with (mode, sha) put at some paths, and those of None taken away."""
        if unsafe := [path for path in changes if UNSAFE_PATH.search(path)]:
            raise GitFailed(f"A path was requested that is not valid: {unsafe[0]}")
        index = {"GIT_INDEX_FILE": str(self.path / "index")}  # a bare repository has no other use for it
        self._run("read-tree", base or "--empty", extra=index)
        lines = [_index_line(path, change) for path, change in changes.items()]
        self._run("update-index", "-z", "--index-info", stdin="".join(lines).encode(), extra=index)
        return self._run("write-tree", extra=index).decode().strip()

    def write_commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: str,
        author: Signature,
        committer: Signature | None = None,
    ) -> str:
        """Write a commit object; nothing points to it yet."""
        committer = committer or author
        who = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": iso(author.at),
            "GIT_COMMITTER_NAME": committer.name,
            "GIT_COMMITTER_EMAIL": committer.email,
            "GIT_COMMITTER_DATE": iso(committer.at),
        }
        flags = [flag for parent in parents for flag in ("-p", parent)]
        out = self._run("commit-tree", tree, *flags, "-F", "-", stdin=message.encode(), extra=who)
        return out.decode().strip()

    def merge_base(self, one: str, other: str) -> str | None:
        """Find the commit where two histories parted; None when they never met."""
        try:
            return self._keep("merge-base", one, other).decode().strip()
        except GitFailed:
            return None

    def contains(self, descendant: str, ancestor: str) -> bool:
        """Tell whether *ancestor* is in the history of *descendant*."""
        return self.merge_base(descendant, ancestor) == ancestor

    def log(self, head: str, *without: str, limit: int = 250) -> tuple[str, ...]:
        """List commits of *head* that are not in *without*, newest first."""
        out = self._keep("rev-list", f"--max-count={limit}", head, *(f"^{sha}" for sha in without))
        return tuple(out.decode().split())

    def merged_tree(self, base: str, head: str) -> str | None:
        """Merge two commits without touching either; None when they conflict."""
        try:
            return self._keep("merge-tree", "--write-tree", base, head).decode().split()[0]
        except GitFailed:
            return None

    def diff(self, old: str, new: str) -> tuple[FileDiff, ...]:
        """Compare two commits or trees, with three lines of context and renames found."""
        if (old, new) not in self._diffs:
            names = self._run("diff-tree", "-r", "-M", "--raw", "-z", "--abbrev=40", old, new)
            patch = self._run("diff-tree", "-r", "-M", "-U3", "-p", old, new)
            self._diffs[old, new] = file_diffs(names.decode(errors="replace"), patch.decode(errors="replace"))
        return self._diffs[old, new]

    def patch(self, old: str, new: str) -> str:
        """Compare two commits as one text that `git apply` takes."""
        return self._keep("diff", "-M", old, new).decode(errors="replace")


def _entry(line: str) -> Entry:
    head, path = line.split("\t", 1)
    mode, kind, sha, size = head.split()
    return Entry(mode, kind, sha, path, None if size == "-" else int(size))


def _index_line(path: str, change: tuple[str, str] | None) -> str:
    mode, sha = change or ("0", NOTHING)
    return f"{mode} {sha}\t{path}\0"
