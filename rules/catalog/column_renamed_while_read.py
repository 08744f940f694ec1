"""A column is renamed while code that knows it by its old name still runs.

The old code fails from the moment of the renaming until its last node is gone, and the new code fails until that
moment: there is no order in which both go on. To have another name in the code only, keep the column and write
`field :name, :string, source: :title`. To rename the column itself, add the new one, write both, fill it, read the
new one, and drop the old one last, over several releases.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end

        create table(:fads)
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :name, :string, virtual: true
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.RenameTitles do
      use Ecto.Migration

      def change do
        rename table(:products), :title, to: :name
      end
    end
    ```

## Safe when
No code of the base branch reads the column.

    ```elixir
    defmodule Shop.Repo.Migrations.RenameWeights do
      use Ecto.Migration

      def change do
        rename table(:products), :weight, to: :grams
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Schema.html#field/3
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RenameColumn, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(RenameColumn, Execute, RepoCall)
def check(command: RenameColumn | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find columns that the running code reads by the old name, and the code of the change no longer does."""
    for gone, use in context.stranded(command):
        if gone.column is not None and gone.to is not None:
            message = f"{use} runs meanwhile and reads {gone} by its old name ({use.place}): its queries fail."
            yield rule.finding(gone.span, context, message)
