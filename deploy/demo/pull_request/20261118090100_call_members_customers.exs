defmodule Shop.Repo.Migrations.CallMembersCustomers do
  use Ecto.Migration

  def change do
    alter table(:users) do
      modify :role, :string, default: "customer"
    end
  end
end
