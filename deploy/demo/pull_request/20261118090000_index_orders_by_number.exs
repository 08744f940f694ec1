defmodule Shop.Repo.Migrations.IndexOrdersByNumber do
  use Ecto.Migration

  def change do
    create index(:orders, [:number])
  end
end
