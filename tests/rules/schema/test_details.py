"""What a change of type costs the values: some types cannot hold all of another's, some keep less of each."""

import pytest

from tests.rules.review import change, review

NOTHING = "A rollback restores the schema exactly."
LOST = "The schema comes back, the details of `t.c` that {} does not keep do not."
REFUSED = "The schema comes back; values written since to `t.c` that {} cannot hold must go first."

TYPES = {
    ("bigint", "numeric(78,0)"): REFUSED.format("bigint"),
    ("bigint", "numeric(10,2)"): NOTHING,  # whose numbers are all smaller; larger ones keep the way up from running
    ("integer", "double precision"): REFUSED.format("integer"),
    ("numeric(4,0)", "smallint"): REFUSED.format("numeric(4,0)"),
    ("real", "double precision"): REFUSED.format("real"),
    ("numeric", "bigint"): LOST.format("bigint"),
    ("numeric(10,2)", "integer"): LOST.format("integer"),
    ("double precision", "real"): LOST.format("real"),
    ("bigint", "real"): LOST.format("real"),
    ("smallint", "integer"): REFUSED.format("smallint"),
    ("numeric(10,2)", "numeric(10,4)"): NOTHING,
    ("timestamp", "date"): LOST.format("date"),
    ("timestamp", "timestamp(0)"): LOST.format("timestamp(0) without time zone"),
    ("timestamp(0)", "timestamp"): NOTHING,
    ("date", "timestamp"): NOTHING,
}


def judged(old: str, new: str, using: str = "c") -> str:
    made = f'def change do\n  execute "CREATE TABLE t (c {old})", "DROP TABLE t"\nend'
    retyped = (f'execute "ALTER TABLE t ALTER c TYPE {kind} USING {how}"' for kind, how in ((new, using), (old, "c")))
    code = "def up do\n  {}\nend\n\ndef down do\n  {}\nend".format(*retyped)
    return review(change([made], [code])).files[-1].reason


@pytest.mark.parametrize(("types", "reason"), TYPES.items(), ids=map(" to ".join, TYPES))
def test_a_type_that_holds_less_loses_or_refuses(types: tuple[str, str], reason: str) -> None:
    old, new = types

    said = judged(old, new)

    if reason.startswith("The schema comes back, "):
        assert said.partition(";")[0].rstrip(".") == reason.rstrip(".")
    else:
        assert said == reason


def test_an_expression_that_asks_nothing_of_the_column_loses_its_values() -> None:
    assert "the values of `t.c` do not" in judged("boolean", "boolean", "true")


@pytest.mark.parametrize(
    ("using", "lost"),
    [
        ("left(c, 50)", "the old values of `t.c` do not"),
        ("lower(c)", "the old values of `t.c` do not"),
        ("c::varchar(50)", "the ends of the values of `t.c` that character varying(50) cannot hold do not"),
    ],
)
def test_values_that_are_cut_or_made_anew_are_lost(using: str, lost: str) -> None:
    assert lost in judged("varchar(255)", "varchar(50)", using)


def test_values_that_both_ways_work_out_are_taken_as_restored() -> None:
    made = 'def change do\n  execute "CREATE TABLE t (c text)", "DROP TABLE t"\nend'
    ways = ("ALTER TABLE t ALTER c TYPE text[] USING ARRAY[c]", "ALTER TABLE t ALTER c TYPE text USING c[1]")
    code = "def up do\n  execute ~s|{}|\nend\n\ndef down do\n  execute ~s|{}|\nend".format(*ways)

    (report,) = review(change([made], [code])).files[-1:]

    assert "old values" not in report.reason
