@a do end
###
-if a do b end + c
###
a.b do 1 end
###
a.b() do 1 end
###
f.() do 1 end
###
x = if a do 1 end |> foo
###
f(1) do end
###
f(1)(2) do end
###
a.f(1)(2) do end
###
f a do end
###
f a: 1 do end
###
f do end
###
a = f do end
###
f(do: 1)
###
f a, do: 1, else: 2
###
if a do
  b
end
###
if a do
  b
else
  c
end
###
if a, b do
  c
end
###
def f do
end
###
def f(a, b \\ 1) do
  a + b
end
###
defmodule A do
  def f, do: 1

  def g do
    2
  end
end
###
create table(:a) do
  add :b, :c
end
###
create table(:a, primary_key: false) do
  add :b, :c
  timestamps()
end
###
a = if b do c end
###
f(a) do
  b
end |> c
###
f a do b end |> g c do d end
###
f do a; b end
###
f do ; a end
###
a b do c end
###
a.b c do d end
###
A.b c, d do e end
###
A.b do c end
###
A.b(c) do d end
###
@a b do c end
###
f a: 1 do b end
###
not if a do b end
###
f do
  # nothing
end
###
f do


  a


end
###
f x do :ok rescue e in E -> e after z end
###
a do b end + c do d end
###
x = f do
  1
end
y
