-- Moves an account's counts aside under one drain id; an unfinished drain comes again.
-- KEYS[1] counts by month, KEYS[2] the drain under way; ARGV[1] proposed id.
local unfinished = redis.call('GET', KEYS[2])
if unfinished then return unfinished end
local counts = redis.call('HGETALL', KEYS[1])
if #counts == 0 then return false end
local downloads = {}
for i = 1, #counts, 2 do
  downloads[#downloads + 1] = {counts[i], tonumber(counts[i + 1])}
end
local drain = cjson.encode({id = ARGV[1], downloads = downloads})
redis.call('SET', KEYS[2], drain)
redis.call('DEL', KEYS[1])
return drain
