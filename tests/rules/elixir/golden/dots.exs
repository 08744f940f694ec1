foo.
bar
###
foo
.bar
###
1
.bar
###
a."b c"
###
a."b c"(1)
###
a."b c"[1]
###
A.+(1)
###
A.and
###
A.end
###
A.do
###
A.nil(1)
###
a.b[c]
###
a.b.c d
###
f.(1)
###
f.(1)(2)
###
f(1)(2)
###
x.y.z
###
true.a
###
1.a
###
"a".b
###
[].a
###
%{}.a
###
f().a()
###
a . b
###
a .b
###
a. b
###
a.b
###
a.b.c
###
a.b()
###
a.b(1)
###
a.b 1
###
a.b 1, 2
###
A.b
###
A.b()
###
A.B.c(1)
###
:a.b()
###
:"a b".c()
###
a.b.c(1).d
###
a.(1)
###
a.(1, 2)
###
a.b.(1)
###
a.()
###
a.b[c].d
###
a.
  b
  .c
###
a
  .b()
  .c()
###
a # x
.b
###
__MODULE__.B
###
__MODULE__.b(1)
###
a.if
###
a.fn
###
a.in
###
a.true
###
a.b!
###
a.b?()
###
a.+(1)
###
a.||
###
a.{b}
###
A.{B, C, D.E}
###
a."b"()
###
a.unquote(b)(c)
###
repo().query!("SELECT 1", [])
