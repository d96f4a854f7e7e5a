-- POST /token with grant_type=refresh_token, every connection with a session of its own.
--   TOKENS=file wrk -t1 -c16 -d10s -s tests/load/durable_refresh.lua http://127.0.0.1:8080/token
-- TOKENS names a file with one refresh token a line, as many as there are connections. An answer's token waits for the next
-- request: which connection sends it does not matter, each token is sent once.
local tokens, verified = {}, false
for line in io.lines((assert(os.getenv("TOKENS"), "TOKENS is not set"))) do
    tokens[#tokens + 1] = line
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"

function request()
    if not verified then -- wrk asks once and sends nothing
        verified = true
        return wrk.format(nil, nil, nil, "grant_type=refresh_token&refresh_token=" .. tokens[1])
    end
    local token = table.remove(tokens, 1)
    return wrk.format(nil, nil, nil, "grant_type=refresh_token&refresh_token=" .. token)
end

function response(status, _, body)
    local token = status == 200 and body:match('"refresh_token":"([^"]+)"')
    if token then tokens[#tokens + 1] = token end
end

dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
