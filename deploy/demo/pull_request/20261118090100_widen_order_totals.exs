defmodule Shop.Repo.Migrations.WidenOrderTotals do
  use Ecto.Migration

  def change do
    alter table(:orders) do
      modify :total_cents, :bigint
    end
  end
end
