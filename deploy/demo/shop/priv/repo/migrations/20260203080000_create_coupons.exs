defmodule Shop.Repo.Migrations.CreateCoupons do
  use Ecto.Migration

  def change do
    create table(:coupons) do
      add :code, :string, size: 16, null: false
      add :percent, :integer, null: false
      add :user_id, references(:users, on_delete: :nilify_all)

      timestamps()
    end

    create unique_index(:coupons, [:code])
    create index(:coupons, [:user_id], where: "percent > 50")
  end
end
