"""One sentence after the other, each in the light of those before: all readings, or what stands in their way."""

from dataclasses import dataclass
from typing import Final

from rules.schema.model import Schema
from rules.sentences.chart import Chart, TooMuch, Valued
from rules.sentences.lattice import Lattice
from rules.sentences.lexicon import Lexicon
from rules.sentences.meaning import grammar
from rules.sentences.names import Senseless, Unknown
from rules.sentences.settling import Context, settle
from rules.sentences.words import MAX_WORDS, Word

MAX_CONTEXTS: Final = 8
REASONS: Final = frozenset({"because", "since", "otherwise"})
ABILITIES: Final = frozenset({"can", "could", "able", "wants", "allow", "support", "enable", "speed", "avoid", "know"})
DEARER: Final = 2  # how much more than one with an unknown name a reading may cost that is meant instead of it
DOUBT: Final = 4  # what a reading costs against which something speaks


@dataclass(slots=True)
class Stuck(Exception):  # named for what happened
    """A sentence has no reading; the first *reached* of its words have a beginning of one."""

    words: list[Word]
    reached: int


def read_sentence(words: list[Word], contexts: list[Context]) -> list[Context]:
    """Return the readings of a sentence after each of *contexts*; raise Stuck, Unknown or Senseless."""
    found: list[Context] = []
    error: Unknown | Senseless | Stuck | None = None
    for context in contexts:
        try:
            found += _readings(words, context)
        except (Unknown, Senseless, Stuck) as problem:
            error = error or problem
    if not found:
        raise error or Stuck(words, 0)
    return _distinct(found)[:MAX_CONTEXTS]


def without_purpose(words: list[Word]) -> list[Word]:
    """Return *words* without what they are good for: "so that we can …", "because …"."""
    for at, word in enumerate(words):
        rest = {later.key for later in words[at + 1 : at + 5]}
        if at and (word.key in REASONS or (word.key in {"so", "to"} and not rest.isdisjoint(ABILITIES))):
            return words[:at]
    return words


def _distinct(contexts: list[Context]) -> list[Context]:
    return list({context.intents: context for context in contexts}.values())


def _readings(words: list[Word], context: Context) -> list[Context]:
    """Return the cheapest readings that the schema allows."""
    error: Unknown | Senseless | None = None
    found: list[tuple[int, Context]] = []
    limit: int | None = None
    for cost, clauses in derivations(words, context.schema):
        if limit is not None and cost > limit:
            break
        try:
            found += [(cost + DOUBT * (one.doubts - context.doubts), one) for one in settle(clauses, context)]
        except (Unknown, Senseless) as problem:
            if isinstance(problem, Unknown) and limit is None:
                limit = cost + DEARER
            if error is None or (isinstance(error, Senseless) and isinstance(problem, Unknown)):
                error = problem
    if not found:
        raise _beyond(error, words, context.schema) or error or Stuck(words, 0)
    least = min(cost for cost, _ in found)
    return [one for cost, one in found if cost == least]


def _beyond(error: Unknown | Senseless | None, words: list[Word], schema: Schema) -> Stuck | None:
    """Return what is in the way where a table that is there was taken together with words behind it."""
    name = error.name.split(" ") if isinstance(error, Unknown) and error.kind == "table" else []
    if len(name) > 1 and Lexicon(schema).is_table(name[0]):
        return Stuck(words, [word.text for word in words].index(name[1]))
    return None


def derivations(words: list[Word], schema: Schema) -> list[Valued]:
    """Return what the words of a sentence may say, cheapest first; raise Stuck where that is nothing."""
    if not 0 < len(words) <= MAX_WORDS:
        raise Stuck(words, min(len(words), MAX_WORDS))
    chart = Chart(grammar(), Lattice(grammar(), Lexicon(schema)).edges(words))
    try:
        found = chart.parse()
    except TooMuch:
        raise Stuck(words, 0) from None
    if not found:
        raise Stuck(words, chart.reached)
    return found
