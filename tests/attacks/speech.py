"""A pull request whose every name is a trick, and all that is said of it, here and on a terminal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.analysis import analyse
from rules.finding import Report
from rules.settings import Complaint, Settings
from rules.source import Change, SourceFile
from tests.attacks.inert import LIVE, tokens_of
from tests.rules.review import wrapped
from workers.github.models import CheckOutput, Conversation
from workers.review.diff import whole
from workers.review.fetch import Material, Refusal
from workers.review.flow import is_elixir
from workers.review.markdown import is_visible
from workers.review.plan import plan_review
from workers.review.render import comments, review_body
from workers.review.summary import check_output, configuration_output, failure_output, summary_comment

SITE: Final = "https://ecto-fix.example"
FOLDER: Final = "priv/repo/migrations"
HISTORY: Final = SourceFile(
    f"{FOLDER}/20240101000000_create_users.exs",
    wrapped("def change do\n  create table(:users) do\n    add :email, :string\n    add :name, :string\n  end\nend", 0),
)
HAZARDS: Final = """\
def change do
  create index(:users, [:email], name: "NAME")
  create index("NAME", [:email])
  create index(:users, [:"NAME"])
  rename table(:users), :name, to: :"NAME"
  alter table("NAME") do
    modify :"NAME", :integer
    remove :name
  end
  # ecto-fix: allow column-removed-without-type — REASON
  alter table(:users) do
    remove :"NAME"
  end
  execute "ALTER TABLE NAME RENAME TO other"
  create table("NAME NAME") do
    add :"NAME", references("NAME")
  end
end
"""
OURS: Final = re.compile(r"</?(?:details|summary)>|<!-- ecto-fix [a-z]+ [\w-]+ -->")  # the only HTML that we write
ESCAPED: Final = re.compile(r'[\\"#]')
LANGUAGES: Final = frozenset({"elixir", "diff", "suggestion", "mermaid"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """What GitHub is told."""

    source: SourceFile
    material: Material
    report: Report
    comments: tuple[str, ...]
    checks: tuple[CheckOutput, ...]
    summary: str

    @property
    def markdown(self) -> Iterator[str]:
        """All that GitHub would render."""
        yield from self.comments
        yield self.summary
        for check in self.checks:
            yield check.summary

    @property
    def plain(self) -> Iterator[str]:
        """All that GitHub shows as it is."""
        for check in self.checks:
            yield check.title
            yield from (text for one in check.annotations for text in (one.title, one.message))


@lru_cache
def spoken(trick: str) -> Spoken:
    """Review the pull request whose names are *trick*."""
    text = wrapped(HAZARDS.replace("REASON", one_line(trick)).replace("NAME", in_quotes(trick)), 1)
    return said_of(SourceFile(f"{FOLDER}/20240102000000_{in_path(trick)}.exs", text), trick)


def said_of(source: SourceFile, trick: str, settings: Settings | None = None) -> Spoken:
    """Review *source*, in a pull request that uses *trick* wherever else it can."""
    change = Change((HISTORY,), (source,))
    path = f"{FOLDER}/1_{in_path(trick)}.exs"
    complaint = Complaint(1, f"there is no setting `{trick}`")
    material = Material(
        "f" * 40,
        change,
        {source.path: whole(source)},
        settings or Settings(),
        complaints=(complaint,),
        origin="`.github/ecto-fix.yml`",
        refusals=(Refusal(path, "it is a symbolic link", proposed=True),),
        removed=(path,),
    )
    return said(material, analyse(change, material.settings), trick)


def said(material: Material, report: Report, trick: str) -> Spoken:
    """Return all that is said of *report*."""
    plan = plan_review(report, material, Conversation("f" * 40, (), ()), draft=False, parses=is_elixir)
    remarks = (*plan.remarks, *plan.on_files)
    written = tuple(one.body for one in comments(remarks, material, SITE))
    return Spoken(
        material.change.proposed[0],
        material,
        report,
        (*written, review_body(remarks, report, "name")),
        (
            check_output(report, material, report.findings, SITE),
            configuration_output(material.complaints, SITE),
            failure_output(f"an answer says {trick}"),
        ),
        summary_comment(report, material, report.findings, SITE),
    )


def in_quotes(text: str) -> str:
    """Return *text* as it stands in a string or a quoted atom of Elixir, which may hold line breaks."""
    clean = text.encode(errors="replace").decode()
    return "".join(
        one if one.isprintable() or one == "\n" else f"\\u{{{ord(one):X}}}" for one in ESCAPED.sub(r"\\\g<0>", clean)
    )


def one_line(text: str) -> str:
    """Return *text* as it stands in a comment of Elixir."""
    return " ".join(text.encode(errors="replace").decode().replace("\0", "").split())


def in_path(text: str) -> str:
    """Return *text* as git takes it for the name of a file."""
    return text.encode(errors="replace").decode().replace("/", "\u2215").replace("\0", "")[:60]


def assert_nothing_happens(markdown: str, *, suggestions: int = 0) -> None:
    """Assert that strangers' words are text or code here, and nothing else is theirs."""
    fences = [token.info for token in tokens_of(markdown) if token.type == "fence"]
    assert set(fences) <= LANGUAGES, fences
    assert fences.count("suggestion") <= suggestions, fences
    for token in tokens_of(markdown):
        assert token.type != "image", token
        if token.type in {"html_inline", "html_block"}:
            assert not OURS.sub("", token.content).strip(), token.content
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(SITE), token.attrs
        if token.type == "text" and "evil" in token.content:
            assert not LIVE.search(token.content), token.content


def assert_plain(text: str) -> None:
    """Assert that a reader sees all of *text*, and that it is short."""
    assert is_visible(text), repr(text)
    assert len(text) <= 1_100
