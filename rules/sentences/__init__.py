"""From a sentence of plain English to what is to be done to a database: read, answered, restated."""

from dataclasses import replace

from rules.schema.model import Schema
from rules.sentences.answer import Ambiguous, Answer, NotUnderstood, Reading, Understood, UnknownName
from rules.sentences.names import Senseless, Unknown
from rules.sentences.nearest import not_understood
from rules.sentences.reading import Stuck, read_sentence, without_purpose
from rules.sentences.restate import restate
from rules.sentences.settling import Context
from rules.sentences.words import MAX_CHARACTERS, Word, sentences


def read(text: str, schema: Schema) -> Answer:
    """Say what *text*, one sentence or several, asks to be done to a database that has *schema*."""
    if len(text) > MAX_CHARACTERS:
        return NotUnderstood((), (), f"at most {MAX_CHARACTERS:,} characters")
    contexts = [Context(schema)]
    words = sentences(text)
    for sentence in words or [[]]:
        try:
            contexts = _read(sentence, contexts)
        except Stuck as stuck:
            return not_understood(stuck, contexts[0])
        except Senseless:
            return not_understood(Stuck(sentence, len(sentence)), contexts[0])
        except Unknown as unknown:
            return UnknownName(unknown.kind, unknown.name, unknown.nearest, unknown.table)
    return _answer(contexts)


def _read(sentence: list[Word], contexts: list[Context]) -> list[Context]:
    """Read a sentence; where it cannot be read as it stands, without the reason that it gives."""
    try:
        return read_sentence(sentence, contexts)
    except (Stuck, Unknown):
        shorter = without_purpose(sentence)
        if shorter == sentence:
            raise
        left = " ".join(word.text for word in sentence[len(shorter) :])
        return [replace(one, notes=(*one.notes, f"Left aside: {left}")) for one in read_sentence(shorter, contexts)]


def _answer(contexts: list[Context]) -> Answer:
    if len(contexts) > 1:
        return Ambiguous(tuple(Reading(one.intents, restate(one.intents)) for one in contexts))
    return Understood(contexts[0].intents, restate(contexts[0].intents), contexts[0].notes)
