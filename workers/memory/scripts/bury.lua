-- Give a job up, for people to see, unless it was heard again meanwhile: news deserve fresh attempts.
-- ARGV: job id, token, generation, reason. Returns 'lost', 'dropped', 'again' or 'buried'.
local id, token, generation, reason = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if not holds(id, token) then return 'lost' end
redis.call('DEL', lease(id))
if dropped(id) then return 'dropped' end
redis.call('HDEL', attempts, id)
if redis.call('HGET', generations, id) ~= generation then
  redis.call('ZADD', due, now(), id)
  redis.call('HSET', since, id, now())
  return 'again'
end
redis.call('ZREM', due, id)
redis.call('HDEL', since, id)
redis.call('ZADD', dead, now(), id)
redis.call('HSET', reasons, id, reason)
return 'buried'
