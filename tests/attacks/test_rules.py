"""Each rule meets its own page once more, with a trick in every name: whatever it says, nothing happens."""

import re
from typing import Final

import pytest

from rules.analysis import analyse
from rules.catalog import rules
from rules.rule import Rule
from tests.attacks.speech import Spoken, assert_nothing_happens, assert_plain, in_quotes, said
from tests.rules.review import change, with_rule
from workers.review.diff import whole
from workers.review.fetch import Material

TRICK: Final = "`@evil<img>\n```"  # short, for PostgreSQL cuts names
QUOTED: Final = in_quotes(TRICK)
ATOM: Final = re.compile(r"(?<![\w:\"]):(?P<name>[a-z_]\w*)(?![\w?!:])")
WORD: Final = re.compile(r"\w+")
# What means something to Ecto, and is no name of the author's.
ECTO: Final = frozenset(
    WORD.findall("""
    string integer text boolean map binary uuid binary_id bigint decimal float date time utc_datetime naive_datetime
    utc_datetime_usec naive_datetime_usec timestamps id serial bigserial jsonb json citext array delete_all nilify_all
    nothing restrict update_all btree gin gist hash brin always by_default identity infinity smallint numeric varchar
    timestamp timestamptz time_usec inet cidr macaddr tsvector money char timetz real duration bit xml enum default
    first concurrently ok error pg_advisory_lock table_lock full partial all none on off simple match cascade
    """)
)


def met(rule: Rule) -> Spoken:
    """Review the page's hazard with the trick behind every name, in the code around it, too."""
    codes = [*rule.page.given, rule.page.hazard]
    names = {match["name"] for code in codes for match in ATOM.finditer(code)} - ECTO
    name = re.compile(rf"(?<![\w:\"]):(?P<atom>{'|'.join(names)})(?![\w?!:\"])|\"(?P<text>{'|'.join(names)})\"")

    def tricked(code: str) -> str:
        return name.sub(lambda found: f'{":" * bool(found["atom"])}"{found["atom"] or found["text"]}{QUOTED}"', code)

    *given, hazard = map(tricked, codes) if names else codes
    of, settings = change(given, [hazard]), with_rule(rule)
    material = Material("f" * 40, of, {file.path: whole(file) for file in of.proposed}, settings)
    return said(material, analyse(of, settings), TRICK)


RULES: Final = {rule.name: rule for rule in rules()}


SAMPLE: Final = {name: RULES[name] for name in list(RULES)[::4]}


@pytest.mark.parametrize("rule", SAMPLE.values(), ids=SAMPLE)
def test_what_a_rule_says_of_hostile_names(rule: Rule) -> None:
    assert_harmless(met(rule))


@pytest.mark.prove
def test_what_all_rules_say_of_hostile_names() -> None:
    spoken = {name: met(rule) for name, rule in RULES.items()}

    speak = [name for name, of in spoken.items() if name in {one.rule for one in of.report.findings}]
    assert len(speak) > len(RULES) * 7 / 8  # others look at what the trick no longer is, such as a word of SQL
    for of in spoken.values():
        assert_harmless(of)


def assert_harmless(spoken: Spoken) -> None:
    for markdown in spoken.markdown:
        assert_nothing_happens(markdown, suggestions=1)
    for text in spoken.plain:
        assert_plain(text)
