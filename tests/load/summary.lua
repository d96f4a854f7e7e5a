-- What wrk counted, as one line that tests/load/run reads. wrk's own report follows it.
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format(
        "summary requests=%d microseconds=%d failed=%d p50=%d p99=%d p999=%d\n",
        summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
