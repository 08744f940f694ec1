"""Extensions of PostgreSQL's that something else needs."""

from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier
from rules.sentences.drafting.step import Step


def extension_step(name: str) -> Step:
    """Return the step that makes sure of an extension."""
    both = (
        text(f"{verb} {identifier(name)}") for verb in ("CREATE EXTENSION IF NOT EXISTS", "DROP EXTENSION IF EXISTS")
    )
    return Step(f"create_{name}", f"makes sure of the extension `{name}`", (call("execute", *both),), alone=True)
