-- Goes before every other script: the names of all keys, the one clock, and whose turn it is.
-- Times are Redis' own, so that the clocks of receivers and workers need not agree.
local prefix = KEYS[1]
local due = prefix .. 'due'                  -- sorted set: job id by the second from which it is due; the record
local jobs = prefix .. 'jobs'                -- hash: job id to what to do, as JSON
local generations = prefix .. 'generations'  -- hash: job id to how often it was heard since it was last done
local attempts = prefix .. 'attempts'        -- hash: job id to how often it was begun since then
local dead = prefix .. 'dead'                -- sorted set: job id by the second it was given up
local reasons = prefix .. 'reasons'          -- hash: job id to why it was last put back, or given up
local since = prefix .. 'since'              -- hash: job id to the second in which it was first heard
local fence = prefix .. 'fence'              -- counter: each lease gets the next number as its token
local deliveries = prefix .. 'deliveries'    -- stream: what was heard, for people; bounded

local function bell(id) return prefix .. 'bell:' .. id end
local function lease(id) return prefix .. 'lease:' .. string.match(id, '^[^#]+#%d+') end

local function now()
  local time = redis.call('TIME')
  return time[1] + time[2] / 1000000
end

-- How a job stands that is due from *second*.
local function state(id, second)
  return (redis.call('EXISTS', lease(id)) == 1 and 'held') or (second > now() and 'later') or 'due'
end

local function holds(id, token) return redis.call('GET', lease(id)) == token end

-- An uninstalled App's jobs are dropped even while somebody works on them.
local function dropped(id) return not redis.call('ZSCORE', due, id) end

local function forget(id)
  redis.call('ZREM', due, id)
  redis.call('HDEL', jobs, id)
  redis.call('HDEL', generations, id)
  redis.call('HDEL', attempts, id)
  redis.call('HDEL', reasons, id)
  redis.call('HDEL', since, id)
end

local function rise(id)
  if redis.call('ZREM', dead, id) == 1 then redis.call('HDEL', reasons, id) end
end

-- Due at once, unless it already waits for a later time: a storm of events does not wear out a back-off.
local function make_due(id)
  if redis.call('ZADD', due, 'NX', now(), id) == 1 then redis.call('HSET', since, id, now()) end
end
