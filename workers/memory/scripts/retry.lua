-- Take a job back from the dead. ARGV: job id. Returns 0 when it is not among them.
local id = ARGV[1]

if not redis.call('ZSCORE', dead, id) then return 0 end
rise(id)
make_due(id)
return 1
