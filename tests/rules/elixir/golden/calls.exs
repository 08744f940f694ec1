f()
###
f(1)
###
f(1, 2)
###
f(a: 1)
###
f(1, a: 2)
###
f(1, [a: 2])
###
f(
  1,
  2
)
###
f(g(h(1)))
###
f(a b)
###
f(a, b c)
###
f(-a)
###
f(&1)
###
f(fn x -> x end)
###
f(do: 1, else: 2)
###
f!(1)
###
f?(1)
###
_f(1)
###
f(a = 1)
###
f(a when b)
###
f([])
###
f({})
###
f(%{})
###
f(1) |> g
###
f(
)
###
f( )
###
f(a: b c)
###
f("a": 1)
###
f(if a do b end)
###
f(a do b end, c)
###
unquote(a)(b)
