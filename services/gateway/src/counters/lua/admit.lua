-- Generic cell rate algorithm: one call of one key, all or nothing.
-- KEYS[1] arrival time of the key's next call; ARGV: now, interval, tolerance (microseconds).
local now, interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
if arrival < now then arrival = now end
if arrival - now > tolerance then
  return {0, arrival - now - tolerance}
end
local next_arrival = arrival + interval
local ttl_ms = math.ceil((next_arrival - now) / 1000) + 1000
redis.call('SET', KEYS[1], string.format('%.0f', next_arrival), 'PX', ttl_ms)
return {1, math.floor((tolerance - (arrival - now)) / interval)}
