-- POST /introspect of an access token (RFC 7662), by a client with its secret.
--   TOKEN=eyJ... CREDENTIALS=$(printf ID:SECRET | base64 -w0) wrk -t1 -c64 -d30s -s tests/load/introspect.lua
--       http://127.0.0.1:8080/introspect
wrk.method = "POST"
wrk.body = "token=" .. assert(os.getenv("TOKEN"), "TOKEN is not set")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "Basic " .. assert(os.getenv("CREDENTIALS"), "CREDENTIALS is not set")
dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
