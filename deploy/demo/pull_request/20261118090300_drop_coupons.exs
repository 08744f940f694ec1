defmodule Shop.Repo.Migrations.DropCoupons do
  use Ecto.Migration

  def change do
    drop table(:coupons)
  end
end
