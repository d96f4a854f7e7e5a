#include "config/keys.hpp"
#include "config/show.hpp"

namespace latchkey::config {

namespace {

constexpr std::string_view introduction =
    R"(# Latchkey: every setting with its default. Take the # away from a line to change it.
#
# An option (--set server.threads=4) wins over the environment (LATCHKEY_SERVER_THREADS=4), the environment over this
# file, this file over the default. `latchkey config check` reports all errors at once, `latchkey config show` what is in
# force and where it was said.
#
# Durations: 500ms, 75s, 15m, 2h, 7d. Sizes: 16KiB, 64MiB, 1GiB, or bytes. Addresses: 127.0.0.1:8080, [::1]:8080, :8080.
# Lists are comma-separated in environment and options.
#
# Secrets are never in this file. They are given by environment, or better by a file that only the service can read:
#   LATCHKEY_MASTER_KEY[_FILE]           seals the signing keys in the store
#   LATCHKEY_TOKENS_HMAC_SECRET[_FILE]   the HS256 key, for backends that verify tokens with a shared secret
# Make one with: openssl rand -base64 48
)";

std::string toml_list(const std::string& text) {
    std::string out;
    for (const auto& item : *parse_value<std::vector<std::string>>(text))
        out += (out.empty() ? "\"" : ", \"") + item + "\"";
    return "[" + out + "]";
}

/// Defaults are plain text: nothing in them needs escaping in a basic string.
std::string toml_value(const key& k) {
    auto value = k.format(settings{});
    if (k.notation == notation::number || k.notation == notation::boolean) return value;
    return k.notation == notation::list ? toml_list(value) : "\"" + value + "\"";
}

std::string choices(std::string_view separated) {
    std::string out;
    for (const char c : separated)
        out += c == '|' ? std::string(", ") : std::string(1, c);
    return out;
}

std::string remarks(const key& k) {
    std::string out;
    if (!k.choices.empty()) out += " One of " + choices(k.choices) + ".";
    if (!k.lowest.empty()) out += " From " + std::string(k.lowest) + " to " + std::string(k.highest) + ".";
    if (k.effect == takes_effect::at_reload) out += " SIGHUP re-reads it.";
    return out;
}

}  // namespace

std::string reference() {
    std::string out(introduction);
    std::string_view section;
    for (const auto& k : keys()) {
        if (section_of(k) != section) {
            section = section_of(k);
            out += "\n[" + std::string(section) + "]\n";
        } else {
            out += section.empty() ? "\n" : "";
        }
        out += "# " + std::string(k.help) + remarks(k) + "\n";
        out += "#" + std::string(member_of(k)) + " = " + toml_value(k) + "\n";
    }
    return out;
}

}  // namespace latchkey::config
