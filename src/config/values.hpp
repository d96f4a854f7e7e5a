#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

/// The notation of values: one text form for files, environment and options. What format_value writes,
/// parse_value reads.
namespace latchkey::config {

/// Why a text is not a value of its type, and what would be.
struct bad_value {
    // Not an aggregate: `parsed` could not tell a text that is a value from one that is a reason.
    bad_value() = default;
    bad_value(std::string why, std::string instead) : reason(std::move(why)), remedy(std::move(instead)) {}

    std::string reason;
    std::string remedy;
};

template <class T>
using parsed = boost::system::result<T, bad_value>;

/// Only the types below are values:
///
///     milliseconds, seconds   `500ms` `75s` `15m` `2h` `7d`; a number without a unit is refused
///     byte_size               `16KiB` `64MiB` `1GiB` `1TiB`, or plain bytes; `64MB` is refused
///     endpoint                `127.0.0.1:8080` `[::1]:8080` `localhost:8080` `:8080` (every address)
///     bool                    `true` `false`, also `1` `0` `yes` `no` `on` `off`
///     size_t, uint32_t        decimal
///     vector<string>          comma-separated, blanks around an item dropped
///     string, path            as they are; control characters are refused
template <class T>
parsed<T> parse_value(std::string_view text) = delete;

template <>
parsed<milliseconds> parse_value(std::string_view);
template <>
parsed<seconds> parse_value(std::string_view);
template <>
parsed<byte_size> parse_value(std::string_view);
template <>
parsed<endpoint> parse_value(std::string_view);
template <>
parsed<bool> parse_value(std::string_view);
template <>
parsed<std::uint64_t> parse_value(std::string_view);
template <>
parsed<std::uint32_t> parse_value(std::string_view);
template <>
parsed<std::vector<std::string>> parse_value(std::string_view);
template <>
parsed<std::string> parse_value(std::string_view);
template <>
parsed<std::filesystem::path> parse_value(std::string_view);

std::string format_value(milliseconds);  ///< in the largest unit that divides it
std::string format_value(byte_size);     ///< in the largest unit that divides it
std::string format_value(const endpoint&);
std::string format_value(bool);
std::string format_value(std::uint64_t);
std::string format_value(std::uint32_t);
std::string format_value(const std::vector<std::string>&);
std::string format_value(const std::string&);
std::string format_value(const std::filesystem::path&);

}  // namespace latchkey::config
