"""Why a direction of a migration does not run, whatever the schema is: Ecto or PostgreSQL refuses what it asks for."""

from rules.ecto.migration import Run
from rules.postgres.statements import script
from rules.rewrite.apart import refuses_transaction
from rules.sql.effects import Unknown
from rules.sql.reader import read


def refusal(run: Run, *, in_transaction: bool) -> str | None:
    """Return what is wrong with the first statement that cannot run, without a full stop; None where all may."""
    sent = script(run)
    for statement in sent.statements:
        for effect in (effect for one in read(statement.sql) for effect in one.effects):
            if isinstance(effect, Unknown) and effect.reason.startswith("syntax error"):
                return effect.reason
            if in_transaction and refuses_transaction(effect):
                return f"`{statement.sql.strip()}` does not run inside a transaction"
    return None if sent.failure is None else sent.failure.message
