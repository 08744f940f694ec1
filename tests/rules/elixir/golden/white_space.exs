;a
###
a	b
###
	a
