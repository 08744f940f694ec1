foo bar baz
###
a b c d
###
foo(a b)
###
(a b c)
###
foo true
###
x ?a
###
1 [1]
###
a.b c.d e.f
###
f a b, c
###
f a, b do c end
###
f g a do b end
###
f(g a do b end)
###
f [a]
###
f[a]
###
f -1
###
f - 1
###
f -a, b
###
f(-1)
###
f +1
###
a -b
###
a.b -c
###
add :name, :string
###
add :name, :string, null: false
###
create table(:users)
###
create index(:users, [:email], unique: true)
###
execute "SELECT 1", "SELECT 2"
###
f a: 1
###
f a: 1, b: 2
###
f a, b: 1, c: 2
###
f a,
  b,
  c: 1
###
f g h a
###
f [a, b]
###
f {a, b}
###
f %{a: 1}
###
f "a"
###
f :a
###
f 1
###
f fn -> 1 end
###
f a + b
###
f a |> b
###
f a, b + c
###
f (a + b) * c
###
f not a
###
f !a
###
f &b/1
###
f @a
###
f ~w(a)
###
f <<1>>
###
f -a
###
a = f b, c
###
a || f b
###
f a || b
###
f a and b
###
modify :a, :text, from: :string
###
f a, do: b
###
if a, do: b, else: c
###
f a: b c
###
f a: b c, d
