not a in b
###
!a in b
###
a not in b
###
not(a in b)
###
(not a) in b
###
a not in b and c
###
a and not b in c
###
a  not  in  b
###
not a not in b
###
if a not in b do c end
