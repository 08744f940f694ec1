"""The order in which a pull request can be deployed, drawn and said in the summary."""

from dataclasses import replace

from rules.deployment import Deploys, Phase, Step
from rules.finding import FileReport, Report, Verdict
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.sql.names import Name
from workers.review.deployment import deployment

FOLDER = "priv/repo/migrations"
ADD = Step(f"{FOLDER}/1_add_phone.exs", (Phase.EXPAND,), in_transaction=True)
FILL = Step(f"{FOLDER}/2_fill_phone.exs", (Phase.DATA,), in_transaction=False)
DROP = Step(
    f"{FOLDER}/3_drop_fax.exs",
    (Phase.CONTRACT,),
    in_transaction=True,
    breaking=("use `users.fax`",),
    effects=(Effect(Lock.ACCESS_EXCLUSIVE, Name(None, "users")), Effect(Lock.ROW_EXCLUSIVE, Name(None, "logs"))),
)


def report(*steps: Step) -> Report:
    return Report(tuple(FileReport(step.path, 1, "M", Verdict.REVERSIBLE, "", step=step) for step in steps))


def test_one_step_that_nobody_waits_for_needs_no_words() -> None:
    assert deployment(report(ADD), Deploys.MIGRATE_FIRST) is None
    assert deployment(Report(), Deploys.MIGRATE_FIRST) is None


def test_what_breaks_running_code_is_drawn_in_a_later_release() -> None:
    drawn = deployment(report(ADD, FILL, DROP), Deploys.MIGRATE_FIRST)

    assert drawn is not None
    assert drawn.drawing.splitlines() == [
        "flowchart LR",
        '  subgraph release1["this release"]',
        '    step0["1_add_phone.exs<br>expands"]',
        '    step1["2_fill_phone.exs<br>writes rows<br>outside a transaction"]',
        '    step2(["its code"])',
        "  end",
        '  subgraph release2["a later release"]',
        '    step3["3_drop_fax.exs<br>breaks older code<br>ACCESS EXCLUSIVE on users"]',
        '    step4(["its code"])',
        "  end",
        "  step0 --> step1",
        "  step1 --> step2",
        "  step2 --> step3",
        "  step3 --> step4",
    ]
    assert drawn.notes == (
        "`3_drop_fax.exs` waits until no running code can use `users.fax`.",
        "So these migrations belong into two releases.",
    )


def test_where_the_code_comes_first_it_is_drawn_first() -> None:
    drawn = deployment(report(ADD, DROP), Deploys.CODE_FIRST)

    assert drawn is not None
    assert drawn.drawing.index("its code") < drawn.drawing.index("1_add_phone")


def test_a_step_that_does_both_is_to_be_split() -> None:
    both = replace(DROP, phases=(Phase.EXPAND, Phase.CONTRACT))

    drawn = deployment(report(both), Deploys.MIGRATE_FIRST)

    assert drawn is not None
    assert drawn.drawing == ""
    assert drawn.notes[1] == "`3_drop_fax.exs` also expands, for which nobody has to wait: split it."


def test_names_from_a_pull_request_do_nothing_in_a_drawing() -> None:
    hostile = replace(ADD, path=f'{FOLDER}/4_"]--><script>%%{{init}}click step0 "javascript:x".exs')
    table = Effect(Lock.ACCESS_EXCLUSIVE, Name(None, 'users"]\nend\nclick'))

    drawn = deployment(report(ADD, hostile, replace(DROP, effects=(table,))), Deploys.MIGRATE_FIRST)

    assert drawn is not None
    labels = [line.split('["', 1)[1].removesuffix('"]') for line in drawn.drawing.splitlines() if line.endswith('"]')]
    assert all(not set('"[]{}();:%#&') & set(label.replace("<br>", "")) for label in labels)
    assert all("<" not in label.replace("<br>", "") for label in labels)


def test_a_crowd_of_steps_is_not_drawn() -> None:
    many = [replace(ADD, path=f"{FOLDER}/{number}_add.exs") for number in range(100)]

    drawn = deployment(report(*many, DROP), Deploys.MIGRATE_FIRST)

    assert drawn is not None
    assert drawn.drawing == ""
    assert len(drawn.notes) == 2
