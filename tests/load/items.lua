-- GET with a token, as wrk's default request so that no Lua runs for each of them.
--   TOKEN=eyJ... wrk -t1 -c64 -d30s -s tests/load/items.lua http://127.0.0.1:8080/items/
-- HEADERS=20 in the environment adds lines that browsers send until there are so many, Host and Authorization among them.
local browser = {
    { "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36" },
    { "Accept", "application/json, text/plain, */*" },
    { "Accept-Language", "en-GB,en;q=0.9,de;q=0.8" },
    { "Accept-Encoding", "gzip, deflate, br, zstd" },
    { "Referer", "https://app.example/items" },
    { "Cookie", "theme=dark; consent=1" },
    { "Connection", "keep-alive" },
    { "Cache-Control", "no-cache" },
    { "Pragma", "no-cache" },
    { "DNT", "1" },
    { "Sec-Fetch-Dest", "empty" },
    { "Sec-Fetch-Mode", "cors" },
    { "Sec-Fetch-Site", "same-site" },
    { "Sec-CH-UA", '"Chromium";v="142", "Not_A Brand";v="99"' },
    { "Sec-CH-UA-Mobile", "?0" },
    { "Sec-CH-UA-Platform", '"Linux"' },
    { "Priority", "u=1, i" },
    { "X-Requested-With", "XMLHttpRequest" },
}
for i = 1, (tonumber(os.getenv("HEADERS")) or 2) - 2 do
    local line = assert(browser[i], "no more than 20 HEADERS")
    wrk.headers[line[1]] = line[2]
end

wrk.headers["Authorization"] = "Bearer " .. assert(os.getenv("TOKEN"), "TOKEN is not set")
dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
