"""What git knows of a repository on this machine."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bot.cli.main import CannotRun


def run(root: Path, *arguments: str, given: bytes = b"", otherwise: str = "") -> bytes:
    """Return what `git` prints in *root*; CannotRun with its own words when it refuses, else with ours."""
    program = shutil.which("git")
    if program is None:
        raise CannotRun("git is not installed")
    done = subprocess.run([program, "-C", str(root), *arguments], input=given, capture_output=True, check=False)
    if done.returncode != 0:
        words = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise CannotRun(words or otherwise or f"git {arguments[0]} failed")
    return done.stdout


def toplevel(path: Path) -> Path | None:
    """Return the root of the work tree that *path* lies in, or None."""
    for folder in (path, *path.parents):
        if (folder / ".git").exists():
            return folder
    return None


def merge_base(root: Path, revision: str) -> str:
    """Return the commit where the checked-out branch left *revision*."""
    absent = f"there is no commit {revision} here; `git fetch` may bring it"
    run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", otherwise=absent)
    apart = f"{revision} and HEAD have no commit in common; a shallow clone gets them by `git fetch --unshallow`"
    return run(root, "merge-base", "--end-of-options", revision, "HEAD", otherwise=apart).decode().strip()


def listing(root: Path, commit: str) -> dict[str, str]:
    """Return the blob of each regular file of *commit*, by path."""
    files = {}
    for entry in run(root, "ls-tree", "-r", "-z", "--full-tree", commit).decode(errors="replace").split("\0"):
        if entry.startswith("100"):
            attributes, path = entry.split("\t", 1)
            files[path] = attributes.split()[2]
    return files


def blobs(root: Path, shas: Iterable[str]) -> dict[str, bytes]:
    """Return the content of each blob, by its hash."""
    wanted = list(shas)
    answer = run(root, "cat-file", "--batch", given="".join(f"{sha}\n" for sha in wanted).encode())
    contents, position = {}, 0
    for sha in wanted:
        end_of_header = answer.index(b"\n", position)
        size = int(answer[position:end_of_header].rsplit(b" ", 1)[1])
        contents[sha] = answer[end_of_header + 1 : end_of_header + 1 + size]
        position = end_of_header + size + 2
    return contents
