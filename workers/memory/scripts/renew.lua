-- Keep a lease for longer. ARGV: job id, token, milliseconds. Returns 0 when it is no longer ours.
local id, token, milliseconds = ARGV[1], ARGV[2], ARGV[3]

if not holds(id, token) then return 0 end
return redis.call('PEXPIRE', lease(id), milliseconds)
