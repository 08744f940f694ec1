"""Every rule has one name, one page and one file of variants, all in the same form."""

import re
from pathlib import Path

import pytest

from rules.analysis.reading import read_file
from rules.catalog import names, rules
from rules.documentation import SECTIONS
from rules.rule import Rule
from tests.rules.review import change

ROOT = Path(__file__).parents[2]
VARIANTS = ROOT / "tests/rules/catalog"
RULES = {rule.name: rule for rule in rules()}
UNREADABLE = {
    "command-unread",
    "unreadable-elixir",
    "mix-in-migration",
    "environment-decides",
}  # what these pages are about
ENOUGH = 6  # variants of a rule
LONGEST_MESSAGE = 120  # characters that fit on a line of a review


def test_every_file_of_the_catalog_is_a_rule_of_that_name() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "rules/catalog").glob("*.py")} - {"--init--"}

    assert set(RULES) == files == names()


@pytest.mark.parametrize("name", RULES)
def test_a_name_is_kebab_case_and_names_the_hazard(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", name)
    assert not name.startswith(("no-", "ban-", "require-", "disallow-", "prefer-"))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_opens_with_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z`][^.]*\.", rule.page.summary.replace("ecto-fix.yml", "")), rule.page.summary
    assert rule.page.prose


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_has_our_sections_in_our_order(rule: Rule) -> None:
    titles = [section.title for section in rule.page.sections]

    assert titles == [title for title in SECTIONS if title in titles]
    assert {"Instead of", "Safe when", "Sources"} <= set(titles)
    assert len(rule.page.section("Instead of").blocks) == 1
    assert rule.page.sources


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.name not in UNREADABLE], ids=lambda rule: rule.name
)
def test_nothing_on_a_page_is_unread(rule: Rule) -> None:
    blocks = (*rule.page.given, rule.page.hazard, *rule.page.rewritten, *rule.page.safe)

    for file in change([], blocks).proposed:
        reading = read_file(file, ())
        assert reading.broken == ()
        assert reading.migration.unread == ()


def test_every_rule_has_its_variants_and_every_variant_its_rule() -> None:
    assert {path.stem.replace("_", "-") for path in VARIANTS.glob("*.md")} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_at_least_as_many_variants_are_silent_as_we_can_ask_for(name: str) -> None:
    text = (VARIANTS / f"{name.replace('-', '_')}.md").read_text(encoding="utf-8")
    variants = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    silent = [variant for variant in variants if f"finds: {name}" not in variant and f", {name}" not in variant]

    assert len(variants) >= ENOUGH
    assert len(silent) >= ENOUGH // 2


def test_messages_are_one_sentence_that_gives_no_orders() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules/catalog").glob("*.py"))
    messages = re.findall(r'(?:message = |return |context, )f?"([^"]*)"', source)

    assert messages
    for message in messages:
        assert message.endswith("."), message
        assert len(message) <= LONGEST_MESSAGE
        assert not re.search(r"\b(should|must|please)\b", message)
