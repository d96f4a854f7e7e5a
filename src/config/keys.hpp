#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "config/values.hpp"

/// The one table of everything that can be configured. Loading from file, environment and options, the
/// reference, `config show` and the nearest spelling are all driven by it: a new setting is a member in
/// settings.hpp and a row in keys.cpp.
namespace latchkey::config {

/// How a value is written in TOML and JSON.
enum class notation : std::uint8_t { text, number, boolean, list, size };

/// When a new value counts: at the next start, or at SIGHUP.
enum class takes_effect : std::uint8_t { at_restart, at_reload };

struct key {
    std::string_view name;  ///< `section.member`, or a top-level `member`
    std::string_view help;
    takes_effect effect = takes_effect::at_restart;
    std::string_view lowest;   ///< inclusive, in the notation of the value; empty: any
    std::string_view highest;  ///< inclusive
    std::string_view choices;  ///< the texts allowed, separated by `|`; empty: any
    config::notation notation = notation::text;

    /// Parses, checks range and choices, and sets; leaves the settings alone when it answers what is wrong.
    std::optional<bad_value> (*assign)(const key&, settings&, std::string_view text) = nullptr;
    std::string (*format)(const settings&) = nullptr;  ///< what `assign` would take
};

/// In the order of the reference: top level first, then section by section.
std::span<const key> keys() noexcept;
/// Null when there is none.
const key* find_key(std::string_view name) noexcept;
/// The key that `name` most probably was meant to be: misspelt, or right but in another section. Empty when
/// none is near.
std::string_view nearest_key(std::string_view name);

std::string_view section_of(const key&) noexcept;  ///< empty at top level
std::string_view member_of(const key&) noexcept;
std::string environment_name(const key&);  ///< LATCHKEY_SECTION_MEMBER

/// Takes over from `fresh` what may change while running; answers the names of those that differ but need a
/// restart.
std::vector<std::string_view> reload(settings& running, const settings& fresh);

}  // namespace latchkey::config
