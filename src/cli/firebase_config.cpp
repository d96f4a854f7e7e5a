#include <algorithm>
#include <charconv>
#include <optional>

#include "cli/import_format.hpp"

namespace latchkey::cli {

namespace {

constexpr auto remedy = "the text that the console shows under Password hash parameters";

/// What stands behind `name:`, up to a comma, a blank or a line's end.
std::optional<std::string> value_of(std::string_view text, std::string_view name) {
    const auto at = text.find(std::string(name) + ":");
    if (at == text.npos) return std::nullopt;
    text.remove_prefix(at + name.size() + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\""), text.size()));
    return std::string(text.substr(0, text.find_first_of(", \t\r\n}\"")));
}

bool read_number(std::string_view text, std::string_view name, std::uint32_t& out) {
    const auto value = value_of(text, name);
    if (!value) return false;
    const auto* const end = value->data() + value->size();
    const auto [last, failed] = std::from_chars(value->data(), end, out);
    return failed == std::errc() && last == end;
}

}  // namespace

config::parsed<firebase_parameters> parse_firebase_config(std::string_view text) {
    firebase_parameters out;
    if (value_of(text, "algorithm") != "SCRYPT")
        return config::bad_value("does not say `algorithm: SCRYPT`", remedy);
    const auto key = value_of(text, "base64_signer_key");
    if (!key || key->empty()) return config::bad_value("has no `base64_signer_key`", remedy);
    out.signer_key = *key;
    const auto separator = value_of(text, "base64_salt_separator");
    if (!separator) return config::bad_value("has no `base64_salt_separator`", remedy);
    out.salt_separator = *separator;
    if (!read_number(text, "rounds", out.rounds))
        return config::bad_value("has no number as `rounds`", remedy);
    if (!read_number(text, "mem_cost", out.mem_cost))
        return config::bad_value("has no number as `mem_cost`", remedy);
    return out;
}

}  // namespace latchkey::cli
