f a when b: 1
###
a..b//c
###
..
###
(..)
###
f ..1
###
...
###
... + 1
###
foo(...)
###
[...]
###
not not a
###
not(a)
###
a when b when c
###
a :: b | c :: d
###
a = b = c
###
a <> b ++ c
###
a ++ b -- c
###
a ** b ** c
###
a <- b \\ c
###
x && y || z and w
###
-a.b
###
-a[b]
###
^a
###
~~~a
###
a ^^^ b
###
a <~> b <|> c
###
a ~>> b
###
a!
###
a?
###
a!()
###
a? && b
###
a!=b
###
a + b
###
a - b
###
a * b / c
###
a + b * c
###
(a + b) * c
###
a == b
###
a != b
###
a === b
###
a !== b
###
a =~ b
###
a < b
###
a <= b and c >= d
###
a && b
###
a || b
###
a and b or c
###
not a
###
!a
###
!a && b
###
-a
###
-a + b
###
- a
###
+a
###
a ++ b ++ c
###
a -- b
###
a <> b
###
a |> b
###
a |> b |> c
###
a = b
###
a <- b
###
a \\ b
###
a :: b
###
a | b
###
a when b
###
a in b
###
a..b
###
a..b//2
###
1..10
###
a ** b
###
a >>> b
###
a <<< b
###
a ~> b
###
a <~ b
###
a &&& b
###
a ||| b
###
a +++ b
###
a --- b
###
a - -b
###
a-b
###
a - b - c
###
a / b / c
###
a || b && c
###
a = b || c
###
a = b |> c
###
a :: b :: c
###
a | b | c
###
a when b | c
###
^a = b
###
a == b == c
###
a < b > c
###
a + b |> c + d
###
a..b..c
###
!!a
###
-(-a)
###
a - (b - c)
###
a ++ b -- c ++ d
###
a in b in c
###
a <> b == c
###
a = b <- c
###
@a + b
###
a
&& b
|| c
###
a +
  b
###
a
|> b
###
@a b do c end + d
###
x * @a b do c end + d
###
@@a do b end |> c
###
@a(1) do b end + c
###
!@a b do c end + d
###
a <<<<<<< b
###
a <<< b >>> c
