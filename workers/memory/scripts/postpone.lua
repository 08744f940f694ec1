-- Put a job back for some seconds. ARGV: job id, token, seconds, 1 if the attempt counts and 0 if it does not, reason.
-- Returns 'lost', 'dropped' or 'postponed'.
local id, token, seconds, counted, reason = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if not holds(id, token) then return 'lost' end
redis.call('DEL', lease(id))
if dropped(id) then return 'dropped' end
if counted == '0' then redis.call('HINCRBY', attempts, id, -1) end
redis.call('ZADD', due, now() + seconds, id)
redis.call('HSET', reasons, id, reason)
return 'postponed'
