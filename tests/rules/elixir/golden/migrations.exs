defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  def change do
    create table(:orders) do
      add :number, :string, null: false
      add :total, :decimal, precision: 12, scale: 2
      add :customer_id, references(:customers, on_delete: :delete_all), null: false

      timestamps()
    end

    create unique_index(:orders, [:number])
    create index(:orders, [:customer_id], where: "total > 0")
  end
end
###
defmodule Shop.Repo.Migrations.IndexOrdersConcurrently do
  use Ecto.Migration
  @disable_ddl_transaction true
  @disable_migration_lock true

  # Building it takes an hour.
  def up do
    create_if_not_exists index("orders", ["lower(number)"], name: :orders_lower_number, concurrently: true)
  end

  def down, do: drop_if_exists(index("orders", [], name: :orders_lower_number))
end
###
defmodule Shop.Repo.Migrations.BackfillStates do
  use Ecto.Migration
  import Ecto.Query, only: [from: 2]

  @states ~w(open paid shipped)a

  def up do
    for state <- @states do
      execute """
      UPDATE orders
      SET state = '#{state}'
      WHERE legacy_state = '#{String.upcase(to_string(state))}'
      """
    end

    flush()

    from(o in "orders", where: is_nil(o.state), select: o.id)
    |> repo().all()
    |> Enum.each(fn id ->
      repo().query!("UPDATE orders SET state = $1 WHERE id = $2", ["open", id])
    end)
  end

  def down do
    :ok
  end
end
###
defmodule Shop.Repo.Migrations.AlterUsers do
  use Ecto.Migration

  def change do
    alter table(:users, prefix: "accounts") do
      add(:roles, {:array, :string}, default: [])
      modify :email, :citext, from: {:string, null: true}, null: false
      remove :legacy, :boolean, default: false
    end

    rename table(:users), :name, to: :full_name

    create constraint(:users, :age_is_positive, check: "age > 0", validate: false)

    execute(&execute_up/0, &execute_down/0)

    execute("CREATE EXTENSION IF NOT EXISTS citext", "DROP EXTENSION IF EXISTS citext")
  end

  defp execute_up, do: repo().query!("SELECT 1", [], log: false)
  defp execute_down, do: repo().query!("SELECT 2")
end
###
defmodule Shop.Repo.Migrations.Conditional do
  use Ecto.Migration

  def change do
    if direction() == :up and System.get_env("SEED") do
      execute fn -> repo().insert_all("settings", [%{key: "a", value: 1}]) end
    else
      :ok
    end

    case repo().config()[:adapter] do
      Ecto.Adapters.Postgres -> execute "SELECT 1"
      _ -> nil
    end

    Enum.each([:a, :b], &create(index(:orders, [&1])))
  end
end
