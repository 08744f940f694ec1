"""Literate tests: Markdown in which every block of Elixir is a migration, and every claim is checked.

    ```elixir before      a migration that has run, or with its path above it a file that explains it
    ```sql before         the same of SQL
    ```elixir             a migration of the pull request; a line with faults ends in `# finds: RULE, RULE`
                          with a path such as `# lib/shop/user.ex` in its first line it is the application's code
    ```elixir after       what becomes of the proposed ones and their follow-ups when every rewrite is taken
    ```yaml               .github/ecto-fix.yml
    Verdict: WORD         what becomes of the schema when the last proposed migration is rolled back

A line that claims nothing must be silent for all rules; what is rewritten parses, and rewriting it again changes
nothing. Each heading of the second level is a test of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.analysis.example import path_of
from rules.catalog import names
from rules.ecto.files import is_code
from rules.elixir.parser import read as parse
from rules.finding import Report
from rules.settings import Settings, from_yaml
from rules.source import SourceFile
from tests.rules.review import change, review, rewritten, wrapped

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CLAIM = re.compile(r"[ ]*# finds: (?P<rules>[a-z, -]+)$", re.MULTILINE)
VERDICT = re.compile(r"^Verdict: (?P<verdict>[a-z-]+)$", re.MULTILINE)


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect the Markdown of these folders."""
    if file_path.suffix == ".md":
        return LiterateFile.from_parent(parent, path=file_path)
    return None


class LiterateFile(pytest.File):
    """One rule's variants."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each heading."""
        _, *parts = HEADING.split(self.path.read_text(encoding="utf-8"))
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            yield LiterateTest.from_parent(self, name=title, text=text)


class LiterateTest(pytest.Item):
    """One heading: a pull request, and what is said of it."""

    def __init__(self, *, text: str, **others: Any) -> None:
        super().__init__(**others)
        self.text = text

    def runtest(self) -> None:
        """Review the blocks, and compare with what they claim."""
        blocks = [(match["kind"].strip(), match["text"]) for match in BLOCK.finditer(self.text)]
        history = [text for kind, text in blocks if kind in {"elixir before", "sql before"}]
        proposed = [text for kind, text in blocks if kind == "elixir"]
        after = [text for kind, text in blocks if kind == "elixir after"]
        settings = settings_of([text for kind, text in blocks if kind == "yaml"])
        of = change(history, [CLAIM.sub("", text) for text in proposed])
        assert of.proposed, "there is nothing to review"

        report = review(of, settings)

        numbered = enumerate(proposed, len(history) + 1)
        claimed = [claims(wrapped(text, number)) for number, text in numbered if not is_code(path_of(text, number))]
        assert found(report, of.proposed) == claimed
        for match in VERDICT.finditer(self.text):
            assert (report.files[-1].verdict.value, report.files[-1].reason)[0] == match["verdict"], report.files[
                -1
            ].reason
        done = rewritten(of, settings)
        if after:
            wanted = [wrapped(text, number) for number, text in enumerate(after, len(history) + 1)]
            assert [file.text for file in done] == wanted
        if not any(finding.rule == "unreadable-elixir" for finding in report.findings):
            assert all(parse(file).errors == () for file in done)
        assert rewritten(replace(of, proposed=done), settings) == done, "rewriting again changes something"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Show what was expected, not how pytest got here."""
        return f"{self.path.name}: {self.name}\n{excinfo.exconly()}" if style is None else str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the test by its heading."""
        return self.path, 0, self.name


def settings_of(texts: list[str]) -> Settings:
    """Read the configuration of a test, which has no faults."""
    read = from_yaml("".join(texts), names())
    assert isinstance(read, Settings), read
    return read


def claims(text: str) -> list[tuple[int, str]]:
    """Return the line and the name of each rule that *text* says is broken."""
    found_rules = []
    for match in CLAIM.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found_rules += [(line, name.strip()) for name in match["rules"].split(",")]
    return sorted(found_rules)


def found(report: Report, files: tuple[SourceFile, ...]) -> list[list[tuple[int, str]]]:
    """Return the line and the name of each rule that was broken, file by file."""
    of_file = {file.path: file for file in files}
    return [
        sorted((of_file[one.path].line_at(finding.span.start), finding.rule) for finding in one.findings)
        for one in report.files
    ]
