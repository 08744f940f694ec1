try do 1 rescue e -> 2 catch a, b -> 3 after 4 end
###
for x <- y, z, into: %{} do x end
###
with {:ok, a} <- b, c = d do e else _ -> f end
###
import A, only: [b: 1]
###
use Ecto.Migration
###
alias A.{B, C}
###
require A, as: B
###
quote do
  unquote(a)
end
###
for a <- b, c > 1, do: a
###
for <<a <- b>>, do: a
###
for a <- b, into: %{} do
  {a, 1}
end
###
for a <- b, reduce: 0 do
  acc -> acc + a
end
###
with {:ok, a} <- b,
     {:ok, c} <- d do
  e
end
###
raise "a"
###
super(a)
###
__MODULE__
###
__ENV__.file
###
a = b = 1
###
{a, _} = b
###
unless a, do: b
###
receive do a -> b end
###
unquote_splicing(a) ++ b
###
quote(do: unquote_splicing(a))
###
defmodule A, do: nil
###
defp f(a) when is_nil(a), do: 1
###
def a + b, do: c
###
def unquote(name)(a), do: b
###
defdelegate a(b), to: C
###
defstruct [:a, b: 1]
###
defimpl A, for: B do
end
