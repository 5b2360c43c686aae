-- wrk: POST one contest entry a request, each with its own idempotency key. Environment: TOKENS, CONTEST, SEED
local tokens = {}
for l in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = l end
local path = "/v1/contests/" .. os.getenv("CONTEST") .. "/entries"
local seed, n = os.getenv("SEED") or "1", 0
local body = '{"title":"楼道扶手","text":"三单元的老人上下楼没有扶手，希望加装。"}'
math.randomseed(tonumber(seed))
request = function()
  n = n + 1
  return wrk.format("POST", path, {["Authorization"] = "Bearer " .. tokens[math.random(#tokens)], ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = seed .. "-" .. n}, body)
end
done = function(summary, latency)
  io.write(string.format("RESULT requests=%d duration_us=%d p50_us=%d p99_us=%d status_errors=%d socket_errors=%d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
