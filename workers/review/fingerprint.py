"""What makes a finding the same finding after a push: its rule, its file, and its code, wherever that has moved."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from rules.finding import Finding
from rules.source import SourceFile

# Only at the very end, where nothing that we quote can stand.
MARK: Final = re.compile(r"<!-- ecto-fix (?P<kind>finding|review|answer|summary) (?P<name>[\w-]+) -->\s*\Z", re.ASCII)

MIGRATING: Final = "migrates"  # the mark of a pull request that proposes migrations, for our own memory


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, SourceFile]) -> dict[str, Finding]:
    """Name each finding; equal code found twice in a file is told apart by its order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    named = {}
    for finding in findings:
        what = finding.rule, finding.path, " ".join(sources[finding.path][finding.span].split())
        seen[what] += 1
        named[_digest(*what, str(seen[what]))] = finding
    return named


def review_name(head: str, names: Iterable[str]) -> str:
    """Name a review: posting the same findings on the same head is posting the same review."""
    return _digest(head, *sorted(names))


def mark(kind: str, name: str) -> str:
    """Return the hidden end of something that we post."""
    return f"\n\n<!-- ecto-fix {kind} {name} -->"


def marked(kind: str, body: str) -> str | None:
    """Return the name that `mark` hid in *body*, or None."""
    match = MARK.search(body)
    return match["name"] if match and match["kind"] == kind else None


def reviewed(head: str) -> str:
    """Return the mark of a head whose check is concluded, for our own memory."""
    return f"head-{head}"


def refused(head: str, name: str) -> str:
    """Return the mark of a finding that GitHub took on no line of *head*, for our own memory."""
    return f"refused-{name}-{head}"


def names_refused(head: str, marks: Iterable[str]) -> frozenset[str]:
    """Return the names of the findings that *marks* say were refused on *head*."""
    beginning, _, end = refused(head, "/").partition("/")
    return frozenset(
        one.removeprefix(beginning).removesuffix(end)
        for one in marks
        if one.startswith(beginning) and one.endswith(end)
    )


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]
