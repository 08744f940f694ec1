-- Take a due job and the lease of its pull request, and count the attempt before anything can go wrong.
-- ARGV: job id, milliseconds of the lease. Returns why not, or token, job, generation, attempt, the
-- second in which it was heard and why it was last put back.
local id, milliseconds = ARGV[1], ARGV[2]

redis.call('DEL', bell(id))
local from = redis.call('ZSCORE', due, id)
if not from or tonumber(from) > now() then return 'not due' end
local token = redis.call('INCR', fence)
if not redis.call('SET', lease(id), token, 'NX', 'PX', milliseconds) then return 'busy' end
local generation = redis.call('HGET', generations, id)
local attempt = redis.call('HINCRBY', attempts, id, 1)
return {
  token, redis.call('HGET', jobs, id), generation, attempt, redis.call('HGET', since, id) or from,
  redis.call('HGET', reasons, id) or '',
}
