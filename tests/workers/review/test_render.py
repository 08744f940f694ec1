"""The words of a review, as people read them."""

from dataclasses import replace

import pytest

from rules.finding import Allowed, FileReport, Report, Severity, Verdict
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.rewrite.edit import NewMigration, Rewrite, Safety
from rules.settings import Complaint
from rules.source import Change, SourceFile
from rules.sql.names import Name
from tests.workers.review.samples import CONCURRENTLY, PATH, RULE, SOURCE, finding, material, report, rewrite
from workers.github.models import Annotation, Level
from workers.review.fetch import Material, Refusal
from workers.review.plan import Remark
from workers.review.render import comment, comments, directive, review_body, why
from workers.review.suggestion import Suggestion
from workers.review.summary import check_output, configuration_output, failure_output

NAME = PATH.rpartition("/")[2]
SITE = "https://ecto-fix.example"
LINE = "    create index(:users, [:email], concurrently: true)\n"
ADVICE = finding(message="This column has no `null: false`.", severity=Severity.ADVICE)
EMPTY = Material("f" * 40, Change((), ()), {})


def said(remark: Remark) -> str:
    """Return a comment without the explanation, which the rule's page owns, and with its link as a word."""
    text = comment(remark, SOURCE, SITE, explain=False)
    return text.replace(f"[{remark.finding.rule}]({SITE}/rules/{remark.finding.rule})", remark.finding.rule)


def test_a_comment_with_a_suggestion() -> None:
    remark = Remark("0a1b", finding(rewrite=CONCURRENTLY), 5, 5, Suggestion(5, 5, LINE))

    assert said(remark) == (
        "**Outage** · Building this index blocks every write to `users`.\n"
        "\n"
        "Build the index concurrently:\n"
        "\n"
        "```suggestion\n"
        "    create index(:users, [:email], concurrently: true)\n"
        "```\n"
        "\n"
        "index-without-concurrently · keep it with `# ecto-fix: allow index-without-concurrently — the reason`\n"
        "\n"
        "<!-- ecto-fix finding 0a1b -->"
    )


def test_a_comment_shows_what_is_locked_and_what_is_done_meanwhile() -> None:
    locked = (
        Effect(Lock.ACCESS_EXCLUSIVE, Name(None, "users"), reads_table=True, rewrites_table=True),
        Effect(Lock.SHARE_ROW_EXCLUSIVE, Name("audit", "teams")),
    )

    text = said(Remark("0a1b", replace(finding(), effects=locked), 5, 5))

    assert (
        text.splitlines()[2]
        == "It takes ACCESS EXCLUSIVE on `users`, rewrites it; SHARE ROW EXCLUSIVE on `audit.teams`."
    )


def test_a_rule_explains_itself_once_and_links_to_its_page() -> None:
    first, second = (Remark(name, finding(rewrite=CONCURRENTLY), 5, 5) for name in "ab")
    explanation = why(first.finding.rule)

    written = comments([first, second], material(), SITE)

    assert explanation
    assert "\n" not in explanation
    assert [explanation in each.body for each in written] == [True, False]
    assert all(f"[{RULE}]({SITE}/rules/{RULE})" in each.body for each in written)


def test_a_comment_whose_rewrite_does_not_fit_a_suggestion_shows_it_as_a_diff() -> None:
    text = said(Remark("0a1b", finding(rewrite=CONCURRENTLY), 5, 5))

    assert "Build the index concurrently: `/ecto-fix` commits it for you.\n" in text
    assert "-    create index(:users, [:email])\n+    create index(:users, [:email], concurrently: true)\n" in text
    assert "```suggestion" not in text


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("index-without-concurrently", "allow index-without-concurrently"),
        ("table-dropped-in-change", "one-way"),
        ("unreadable-elixir", ""),
        ("directive-misunderstood", ""),
        ("no-rule", ""),
    ],
)
def test_what_can_be_excused_says_how(rule: str, expected: str) -> None:
    assert directive(rule) == expected


def test_a_rewrite_that_a_person_must_judge_says_so() -> None:
    careful = Rewrite(CONCURRENTLY.title, Safety.REVIEW, CONCURRENTLY.edits)

    suggested = said(Remark("0a1b", finding(rewrite=careful), 5, 5, Suggestion(5, 5, LINE)))
    described = said(Remark("0a1b", finding(rewrite=careful), 5, 5))

    assert "Build the index concurrently, if that is what you mean:\n" in suggested
    assert "Build the index concurrently, if that is what you mean.\n" in described
    assert "/ecto-fix`" not in described


def test_later_migrations_are_shown_in_their_order() -> None:
    steps = [NewMigration("backfill_email", "one\n"), NewMigration("require_email", "two\n")]
    text = said(Remark("0a1b", finding(rewrite=rewrite(*CONCURRENTLY.edits, follow_ups=steps)), 5, 5))

    assert "Then deploy `backfill_email`:\n\n```elixir\none\n```" in text
    assert text.index("backfill_email") < text.index("require_email")


def test_a_suggestion_with_a_fence_in_it_stays_one_block() -> None:
    remark = Remark("0a1b", finding(rewrite=CONCURRENTLY), 5, 5, Suggestion(5, 5, '  @doc """\n```\n'))

    assert '````suggestion\n  @doc """\n```\n````\n' in said(remark)


def test_a_comment_always_ends_with_its_fingerprint() -> None:
    long = rewrite(*CONCURRENTLY.edits, follow_ups=[NewMigration("long", "x = 1\n" * 50_000)])

    text = comment(Remark("0a1b", finding(rewrite=long), 5, 5), SOURCE, SITE)

    assert len(text) < 65_536
    assert text.endswith("```\n…\n\n<!-- ecto-fix finding 0a1b -->")


def test_the_first_lines_of_a_review_count_what_follows() -> None:
    grave = Remark("a", finding(rewrite=CONCURRENTLY), 5, 5)
    mild = Remark("b", ADVICE, 5, 5)

    assert review_body([grave, mild], report(grave.finding, mild.finding, ADVICE), "0a1b") == (
        "1 outage and 1 hint to look at before this is deployed. The check has 1 more.\n"
        "\n"
        "Comment `/ecto-fix` and I commit every safe rewrite to this branch."
        "\n\n<!-- ecto-fix review 0a1b -->"
    )


def test_without_a_migration_the_check_says_just_that() -> None:
    output = check_output(Report(), EMPTY, (), SITE)

    assert output.title == "No migrations changed"
    assert output.annotations == ()


def test_a_clean_pull_request_gets_its_verdicts() -> None:
    output = check_output(report(), material(), (), SITE)

    assert output.title == "No objection to 1 migration"
    assert output.summary == (
        f"| Migration | Rollback | Findings |\n|---|---|---|\n| `{NAME}` | **reversible**: It rolls back. |  |"
    )


def test_the_check_shows_everything_that_was_found_and_what_was_not_read() -> None:
    grave = finding(rewrite=CONCURRENTLY)
    kept = Allowed(finding("create index(:users, [:name])"), "The table is empty.")
    file = FileReport(PATH, 1, "Shop.AddEmail", Verdict.UNKNOWN, "`execute` is not read.", (grave, ADVICE), (kept,))
    of = replace(
        material(),
        refusals=(Refusal("priv/repo/migrations/1_link.exs", "is a symbolic link", proposed=True),),
        removed=("priv/repo/migrations/0_old.exs",),
        complaints=(Complaint(3, "there is no setting `gat`; `gate` is near"),),
        origin="`.github/ecto-fix.yml` on `main`",
    )

    output = check_output(Report((file,)), of, (), "")

    assert output.title == "1 outage and 1 hint in 1 migration, 1 file not read"
    summary = output.summary.replace(f"[{grave.rule}](/rules/{grave.rule})", grave.rule)
    assert summary == (
        "| Migration | Rollback | Findings |\n"
        "|---|---|---|\n"
        f"| `{NAME}` | **unknown**: `execute` is not read. | 2 |\n"
        "\n"
        "### 1 outage\n"
        "\n"
        f"- `{PATH}:5` Building this index blocks every write to `users`. index-without-concurrently\n"
        "\n"
        "### 1 hint\n"
        "\n"
        f"- `{PATH}:5` This column has no `null: false`. index-without-concurrently\n"
        "\n"
        "### Not read\n"
        "\n"
        "- `priv/repo/migrations/1_link.exs` is a symbolic link.\n"
        "\n"
        "### Allowed in the code\n"
        "\n"
        f"- `{PATH}:6` index-without-concurrently: The table is empty.\n"
        "\n"
        "### Deleted\n"
        "\n"
        "A database that ran them keeps what they did: `priv/repo/migrations/0_old.exs`.\n"
        "\n"
        "### The configuration does not count\n"
        "\n"
        "`.github/ecto-fix.yml` on `main` is not read, so the defaults count.\n"
        "\n"
        "- Line 3: there is no setting `gat`; `gate` is near\n"
        "\n"
        "### To fix\n"
        "\n"
        "Comment `/ecto-fix`: every rewrite that is proven safe is committed to this branch. "
        "What stays needs a person; each rule's page says why, and what to write instead."
    )


def test_ten_thousand_findings_fit_into_the_check() -> None:
    many = report(*[finding()] * 10_000)

    output = check_output(many, material(), many.findings, SITE)

    assert output.title == "10000 outages in 1 migration"
    assert len(output.summary.encode()) <= 65_535
    assert "- and 9700 more" in output.summary
    assert len(output.annotations) == 200


def test_a_summary_too_long_for_github_is_cut_and_says_so() -> None:
    source = SourceFile(PATH, "x" * 100)
    long = report(*[replace(finding(), message="ä " * 400)] * 300)

    summary = check_output(long, material(source), (), SITE).summary

    assert len(summary.encode()) <= 65_535
    assert summary.endswith("\n\n…")


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.OUTAGE, Level.FAILURE), (Severity.RISK, Level.WARNING), (Severity.ADVICE, Level.NOTICE)],
)
def test_what_no_comment_could_say_is_annotated(severity: Severity, level: Level) -> None:
    found = replace(finding(message="It locks `use\u202ers`."), severity=severity)

    assert check_output(report(found), material(), (found,), SITE).annotations == (
        Annotation(PATH, 5, 5, level, "index-without-concurrently", r"It locks `use\u{202E}rs`."),
    )


def test_a_review_that_could_not_be_made_says_why() -> None:
    output = failure_output("the parser met @octocat")

    assert output.title == "Not reviewed"
    assert output.summary == (
        "This head was **not reviewed**: the parser met `@octocat`.\n\nPush again, or ask for the check to be re-run."
    )


def test_who_shows_no_pages_is_linked_to_none() -> None:
    text = comment(Remark("0a1b", finding(), 5, 5), SOURCE, public_url="")
    file = FileReport(PATH, 1, "Shop.AddEmail", Verdict.REVERSIBLE, "", (finding(),))
    material = Material("f" * 40, Change((), (SOURCE,)), {})

    check = check_output(Report((file,)), material, (), public_url="")

    assert "](" not in text + check.summary + configuration_output((), public_url="").summary
    assert text.splitlines()[-3].startswith("index-without-concurrently · ")
