defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :email, :string, null: false
      add :name, :string, size: 120
      add :nickname, :string, size: 40, null: false, default: ""
      add :role, :string, null: false, default: "member"

      timestamps()
    end

    create unique_index(:users, [:email])
  end
end
