@spec f(a) :: b when a: t, b: u
###
@a 1
###
@a f 1
###
@a f 1, 2
###
@@a
###
@-a
###
!@a
###
@a
###
@a b
###
@a [b: 1]
###
@a %{b: 1}
###
@doc "a"
###
@doc false
###
@moduledoc """
a
"""
###
@spec f(a) :: b
###
@spec f(a, b) :: {:ok, c} | :error
###
@spec f(a) :: a when a: term
###
@spec f(a, b) :: a when a: term, b: any
###
@type t :: %A{b: c}
###
@type t(a) :: [a]
###
@callback f(a) :: b
###
@disable_ddl_transaction true
###
@disable_migration_lock true
###
@a.b
###
@a.b()
###
@a[b]
###
@a |> b
###
f @a, @b
###
@a ~w(b c)a
###
@a b: 1, c: 2
###
@ a
###
@a
@b
###
@a -1
###
@a (b)
###
@a(b)
###
@impl true
def f, do: 1
