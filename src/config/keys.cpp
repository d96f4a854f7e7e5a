#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>

#include "config/nearest.hpp"

namespace latchkey::config {

namespace {

/// Bounds of a row, each in the notation of its value.
struct bounds {
    std::string_view lowest;
    std::string_view highest;
    std::string_view choices;
};

template <class T>
constexpr notation notation_of = notation::text;
template <>
constexpr notation notation_of<bool> = notation::boolean;
template <>
constexpr notation notation_of<std::uint64_t> = notation::number;
template <>
constexpr notation notation_of<std::uint32_t> = notation::number;
template <>
constexpr notation notation_of<std::vector<std::string>> = notation::list;
template <>
constexpr notation notation_of<byte_size> = notation::size;

template <class T>
std::optional<bad_value> outside(const key& k, const T& value) {
    if constexpr (std::totally_ordered<T> && !std::is_same_v<T, std::string>) {
        const auto below = !k.lowest.empty() && value < *parse_value<T>(k.lowest);
        const auto above = !k.highest.empty() && *parse_value<T>(k.highest) < value;
        if (!below && !above) return std::nullopt;
        return bad_value{format_value(value) + (below ? " is too small" : " is too large"),
                         below ? "at least " + std::string(k.lowest) : "at most " + std::string(k.highest)};
    }
    return std::nullopt;
}

std::vector<std::string_view> split(std::string_view choices) {
    std::vector<std::string_view> words;
    for (std::size_t start = 0; start <= choices.size();) {
        const auto end = std::min(choices.find('|', start), choices.size());
        words.push_back(choices.substr(start, end - start));
        start = end + 1;
    }
    return words;
}

std::optional<bad_value> not_a_choice(const key& k, std::string_view text) {
    if (k.choices.empty()) return std::nullopt;
    const auto words = split(k.choices);
    if (std::ranges::find(words, text) != words.end()) return std::nullopt;
    const auto meant = nearest(text, words);
    std::string all;
    for (const auto word : words)
        all += (all.empty() ? "" : ", ") + std::string(word);
    return bad_value{"`" + std::string(text.substr(0, 60)) + "` is none of " + all,
                     "write " + std::string(meant.empty() ? words.front() : meant)};
}

template <auto... Path>
std::optional<bad_value> assign_at(const key& k, settings& into, std::string_view text) {
    auto& member = (into.*....*Path);
    auto value = parse_value<std::remove_cvref_t<decltype(member)>>(text);
    if (!value) return value.error();
    if (auto bad = not_a_choice(k, text)) return bad;
    if (auto bad = outside(k, *value)) return bad;
    member = std::move(*value);
    return std::nullopt;
}

template <auto... Path>
std::string format_at(const settings& from) {
    return format_value((from.*....*Path));
}

template <auto... Path>
constexpr key row(std::string_view name, std::string_view help, bounds b = {},
                  takes_effect effect = takes_effect::at_restart) {
    using value = std::remove_cvref_t<decltype((std::declval<settings&>().*....*Path))>;
    return {name,
            help,
            effect,
            b.lowest,
            b.highest,
            b.choices,
            notation_of<value>,
            &assign_at<Path...>,
            &format_at<Path...>};
}

using s = settings;
constexpr auto on_reload = takes_effect::at_reload;

// clang-format off
constexpr std::array table{
    row<&s::data_dir>("data_dir", "Directory of the SQLite file."),

    row<&s::server, &server_settings::listen>("server.listen", "Where clients reach the service."),
    row<&s::server, &server_settings::management_listen>("server.management_listen",
        "Where /livez, /readyz and /metrics are; keep it away from clients."),
    row<&s::server, &server_settings::threads>("server.threads", "I/O lanes, of two threads each; 0: one for each core.", {"0", "1024", {}}),
    row<&s::server, &server_settings::root_path>("server.root_path", "Path under which a proxy publishes the service, such as /api/v1."),
    row<&s::server, &server_settings::trusted_proxies>("server.trusted_proxies",
        "Addresses and networks whose X-Forwarded-* and Forwarded fields count, such as 10.0.0.0/8."),
    row<&s::server, &server_settings::grace>("server.grace", "How long running requests may finish after SIGTERM.", {"0s", "1h", {}}),
    row<&s::server, &server_settings::oauth_aliases>("server.oauth_aliases", "Answer at /oauth/token, /oauth/revoke and /oauth/introspect too."),

    row<&s::limits, &limits_settings::header_size>("limits.header_size", "Largest request header.", {"1KiB", "1MiB", {}}),
    row<&s::limits, &limits_settings::header_lines>("limits.header_lines", "Most lines in a request header.", {"8", "1000", {}}),
    row<&s::limits, &limits_settings::target_size>("limits.target_size", "Longest request target; at most limits.header_size.", {"256", "1MiB", {}}),
    row<&s::limits, &limits_settings::body_size>("limits.body_size", "Largest request body.", {"1KiB", "16MiB", {}}),
    row<&s::limits, &limits_settings::connections>("limits.connections", "Connections open at once; more wait to be accepted.", {"1", "1000000", {}}),
    row<&s::limits, &limits_settings::first_byte>("limits.first_byte", "From accepting a connection to its first byte.", {"10ms", "1h", {}}),
    row<&s::limits, &limits_settings::tls_handshake>("limits.tls_handshake", "For the TLS handshake.", {"10ms", "1h", {}}),
    row<&s::limits, &limits_settings::header>("limits.header", "From the first byte of a request to the end of its header.", {"10ms", "1h", {}}),
    row<&s::limits, &limits_settings::body>("limits.body", "From the end of the header to the end of the body.", {"10ms", "1h", {}}),
    row<&s::limits, &limits_settings::write>("limits.write", "For the client to take a response.", {"10ms", "1h", {}}),
    row<&s::limits, &limits_settings::idle>("limits.idle", "Between two requests on a connection.", {"10ms", "1h", {}}),

    row<&s::tls, &tls_settings::certificate>("tls.certificate", "PEM file with the certificate chain, leaf first; empty: no TLS.", {}, on_reload),
    row<&s::tls, &tls_settings::key>("tls.key", "PEM file with the certificate's private key.", {}, on_reload),

    row<&s::cors, &cors_settings::origins>("cors.origins",
        "Web pages that may call the service, such as https://app.example.com; * allows all."),

    row<&s::tokens, &tokens_settings::issuer>("tokens.issuer", "`iss` of the tokens: a name or a URL."),
    row<&s::tokens, &tokens_settings::algorithm>("tokens.algorithm", "How new signing keys sign.", {{}, {}, "HS256|ES256|RS256|EdDSA"}),
    row<&s::tokens, &tokens_settings::audience>("tokens.audience", "`aud` of the tokens; empty: none."),
    row<&s::tokens, &tokens_settings::access_lifetime>("tokens.access_lifetime", "How long an access token is good.", {"10s", "24h", {}}),
    row<&s::tokens, &tokens_settings::password_grant>("tokens.password_grant",
        "Whether POST /token takes user name and password (RFC 9700 section 2.4: first-party clients only)."),
    row<&s::tokens, &tokens_settings::narrow_scope>("tokens.narrow_scope",
        "Grant what is allowed of the scope asked for, instead of refusing with invalid_scope."),

    row<&s::tokens, &tokens_settings::refresh_reuse_window>("tokens.refresh_reuse_window",
        "How long a refresh token that was used gets its one successor again; later it ends the session.", {"0s", "10m", {}}),
    row<&s::tokens, &tokens_settings::key_lifetime>("tokens.key_lifetime",
        "How long a key signs before a fresh one takes over by itself, at least 1h; 0s: until `latchkey key rotate`.", {"0s", "3650d", {}}),

    row<&s::sessions, &sessions_settings::refresh_tokens>("sessions.refresh_tokens", "Whether a login opens a session and gets a refresh token; false switches that grant off as well."),
    row<&s::sessions, &sessions_settings::idle_lifetime>("sessions.idle_lifetime", "A session ends when it was not refreshed for this long.", {"1m", "3650d", {}}),
    row<&s::sessions, &sessions_settings::absolute_lifetime>("sessions.absolute_lifetime", "A session ends this long after the login.", {"1m", "3650d", {}}),

    row<&s::accounts, &accounts_settings::registration>("accounts.registration", "Whether anybody may make an account at POST /register."),

    row<&s::passwords, &passwords_settings::min_length>("passwords.min_length",
        "Fewest characters of a new password (NIST SP 800-63B-4 says 15).", {"8", "256", {}}),
    row<&s::passwords, &passwords_settings::blocklist>("passwords.blocklist",
        "Passwords that are refused with what is built from them: built-in, off, or a text file of at most 64MiB, one a line."),

    row<&s::hashing, &hashing_settings::threads>("hashing.threads", "Threads that hash passwords; 0: one for each core.", {"0", "1024", {}}),
    row<&s::hashing, &hashing_settings::memory_budget>("hashing.memory_budget",
        "Memory for all hashes at once; 0: half of what the machine or container has."),
    row<&s::hashing, &hashing_settings::queue_limit>("hashing.queue_limit", "Logins that may wait for a hashing thread; one more gets 503.", {"1", "1000000", {}}),
    row<&s::hashing, &hashing_settings::queue_deadline>("hashing.queue_deadline", "How long a login may wait for a hashing thread.", {"10ms", "10m", {}}),
    row<&s::hashing, &hashing_settings::memory>("hashing.memory", "Argon2id memory of a new hash.", {"7MiB", "1GiB", {}}),
    row<&s::hashing, &hashing_settings::passes>("hashing.passes", "Argon2id passes of a new hash.", {"1", "64", {}}),

    row<&s::throttle, &throttle_settings::enabled>("throttle.enabled", "Whether failed logins slow further ones down."),
    row<&s::throttle, &throttle_settings::account_failures>("throttle.account_failures",
        "Failed logins that unknown devices together may make for an account at once.", {"1", "100", {}}),
    row<&s::throttle, &throttle_settings::account_interval>("throttle.account_interval", "After these, one in this time; one an hour after 100 in a row.", {"1s", "1d", {}}),
    row<&s::throttle, &throttle_settings::address_failures>("throttle.address_failures",
        "Failed logins that an address (an IPv6 /64) may make for all accounts at once.", {"1", "1000000", {}}),
    row<&s::throttle, &throttle_settings::address_interval>("throttle.address_interval", "After these, one in this time.", {"10ms", "1d", {}}),
    row<&s::throttle, &throttle_settings::device_failures>("throttle.device_failures",
        "Failed logins that a device on which the account has logged in may make for it at once.", {"1", "100", {}}),
    row<&s::throttle, &throttle_settings::device_interval>("throttle.device_interval", "After these, one in this time.", {"1s", "1d", {}}),
    row<&s::throttle, &throttle_settings::device_cookie>("throttle.device_cookie",
        "Whether a login leaves a signed cookie by which its device is known again."),

    row<&s::store, &store_settings::url>("store.url", "sqlite:/path/to/file.db; empty: latchkey.db in data_dir."),

    row<&s::log, &log_settings::format>("log.format", "auto is text on a terminal, json otherwise.", {{}, {}, "auto|text|json"}, on_reload),
    row<&s::log, &log_settings::level>("log.level", "The least that is logged.", {{}, {}, "debug|info|warn|error"}, on_reload),
    row<&s::log, &log_settings::requests>("log.requests", "Log each request: method, route, status, duration, never paths or addresses.", {}, on_reload),

    row<&s::audit, &audit_settings::file>("audit.file",
        "Where security events are recorded, a hash chain of JSON lines (`latchkey audit verify`); - is standard output, empty: nowhere."),

    row<&s::docs, &docs_settings::enabled>("docs.enabled", "Serve the documentation page at /docs and the OpenAPI document at /openapi.json; `latchkey dev` does, and /demo too."),
};
// clang-format on

constexpr std::array names = [] {
    std::array<std::string_view, table.size()> all{};
    std::ranges::transform(table, all.begin(), &key::name);
    return all;
}();

}  // namespace

std::span<const key> keys() noexcept {
    return table;
}

const key* find_key(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &key::name);
    return found == table.end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view name) {
    if (const auto misspelt = nearest(name, names); !misspelt.empty()) return misspelt;
    const auto member = name.substr(name.rfind('.') + 1);
    const auto elsewhere = std::ranges::find(table, member, &member_of);
    return elsewhere == table.end() ? std::string_view{} : elsewhere->name;
}

std::string_view section_of(const key& k) noexcept {
    const auto dot = k.name.find('.');
    return dot == std::string_view::npos ? std::string_view{} : k.name.substr(0, dot);
}

std::string_view member_of(const key& k) noexcept {
    return k.name.substr(k.name.find('.') + 1);
}

std::string environment_name(const key& k) {
    std::string name = "LATCHKEY_";
    for (const char c : k.name)
        name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

std::vector<std::string_view> reload(settings& running, const settings& fresh) {
    std::vector<std::string_view> waiting;
    for (const auto& k : table) {
        const auto value = k.format(fresh);
        if (value == k.format(running)) continue;
        if (k.effect == takes_effect::at_restart)
            waiting.push_back(k.name);
        else
            k.assign(k, running, value);
    }
    return waiting;
}

}  // namespace latchkey::config
