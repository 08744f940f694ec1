"""A file that is not Elixir stops every migration.

`mix ecto.migrate` compiles all pending migrations before it runs the first; one that does not compile keeps all of
them from running. Nothing else can be said of the file: its verdict is unknown.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:notes) do
          add :text, :text,
        end
      end
    end
    ```

## Safe when
The file parses.

    ```elixir
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:notes) do
          add :text, :text
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/elixir/syntax-reference.html
"""

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.rule import Broken, Context, Rule

rule = Rule(__name__, Severity.OUTAGE)
LONGEST = 90  # characters of Elixir's own words, to keep the message in one line


@rule.on(Broken)
def check(broken: Broken, context: Context) -> Iterator[Finding]:
    """Pass on where the file stops being Elixir."""
    source = context.migration.source
    place = f"{source.line_at(broken.span.start)}:{source.column_at(broken.span.start)}"
    words = " ".join(broken.message.split()).rstrip(".")[:LONGEST]
    yield rule.finding(broken.span, context, f"Elixir cannot read {place}: {words}.")
