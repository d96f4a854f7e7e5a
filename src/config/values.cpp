#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <limits>
#include <optional>

namespace latchkey::config {

namespace {

template <class Integer>
struct unit {
    std::string_view name;
    Integer factor;
};

// From the smallest: formatting walks them from the back.
constexpr std::array<unit<std::int64_t>, 5> duration_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit<std::uint64_t>, 5> size_units{
    {{"", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}, {"TiB", 1ull << 40}}};

/// Input is shown in messages: short, and without bytes that would move a terminal's cursor.
std::string quoted(std::string_view text) {
    constexpr std::size_t shown = 60;
    std::string out = "`";
    for (const char c : text.substr(0, shown))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out + (text.size() > shown ? "...`" : "`");
}

template <class Integer>
std::optional<Integer> decimal(std::string_view text) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool digits_only = !text.empty() && text.front() >= '0' && text.front() <= '9';
    if (!digits_only || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

template <class Integer, std::size_t N>
std::optional<Integer> with_unit(std::string_view text, const std::array<unit<Integer>, N>& units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = decimal<Integer>(text.substr(0, digits));
    const auto found = std::ranges::find(units, text.substr(digits), &unit<Integer>::name);
    if (!number || found == units.end()) return std::nullopt;
    if (*number > std::numeric_limits<Integer>::max() / found->factor) return std::nullopt;
    return *number * found->factor;
}

template <class Integer, std::size_t N>
std::string in_largest_unit(Integer value, const std::array<unit<Integer>, N>& units) {
    for (std::size_t i = N; i-- > 1;)
        if (value != 0 && value % units[i].factor == 0)
            return std::to_string(value / units[i].factor) + std::string(units[i].name);
    return std::to_string(value) + std::string(units.front().name);
}

template <class Integer>
parsed<Integer> parse_count(std::string_view text) {
    if (const auto value = decimal<Integer>(text)) return *value;
    return bad_value{quoted(text) + " is not a whole number", "write digits only, such as 4"};
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The address of an endpoint in its canonical spelling; nothing when it is none.
std::optional<std::string> listen_address(std::string_view text) {
    if (text.empty()) return "0.0.0.0";
    if (text == "localhost") return "127.0.0.1";
    const bool bracketed = text.front() == '[' && text.back() == ']' && text.size() > 2;
    if (bracketed) text = text.substr(1, text.size() - 2);
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(std::string(text), failed);
    if (failed || address.is_v6() != bracketed) return std::nullopt;
    return address.to_string();
}

}  // namespace

template <>
parsed<milliseconds> parse_value(std::string_view text) {
    if (const auto value = with_unit(text, duration_units)) return milliseconds{*value};
    return bad_value{quoted(text) + " is not a duration",
                     "write a number and one of ms, s, m, h, d, such as 15m"};
}

template <>
parsed<seconds> parse_value(std::string_view text) {
    const auto value = parse_value<milliseconds>(text);
    if (!value) return value.error();
    if (*value % seconds{1} != milliseconds{0})
        return bad_value{quoted(text) + " is not a whole number of seconds",
                         "write whole seconds, such as 2s"};
    return std::chrono::duration_cast<seconds>(*value);
}

template <>
parsed<byte_size> parse_value(std::string_view text) {
    if (const auto value = with_unit(text, size_units)) return byte_size{*value};
    return bad_value{quoted(text) + " is not a size",
                     "write bytes, or a number and one of KiB, MiB, GiB, TiB, such as 64MiB"};
}

template <>
parsed<endpoint> parse_value(std::string_view text) {
    const bad_value bad{quoted(text) + " is not ADDR:PORT",
                        "write an address and a port, such as 127.0.0.1:8080, [::1]:8080 or :8080"};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return bad;
    auto address = listen_address(text.substr(0, colon));
    const auto port = decimal<std::uint16_t>(text.substr(colon + 1));
    if (!address || !port) return bad;
    return endpoint{std::move(*address), *port};
}

template <>
parsed<bool> parse_value(std::string_view text) {
    if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "0" || text == "no" || text == "off") return false;
    return bad_value{quoted(text) + " is neither true nor false", "write true or false"};
}

template <>
parsed<std::uint64_t> parse_value(std::string_view text) {
    return parse_count<std::uint64_t>(text);
}

template <>
parsed<std::uint32_t> parse_value(std::string_view text) {
    return parse_count<std::uint32_t>(text);
}

template <>
parsed<std::vector<std::string>> parse_value(std::string_view text) {
    std::vector<std::string> items;
    if (trimmed(text).empty()) return items;
    for (;;) {
        const auto comma = text.find(',');
        const auto item = parse_value<std::string>(trimmed(text.substr(0, comma)));
        if (!item) return item.error();
        if (item->empty()) return bad_value{"the list has an empty item", "drop the comma that is too many"};
        items.push_back(*item);
        if (comma == std::string_view::npos) return items;
        text.remove_prefix(comma + 1);
    }
}

template <>
parsed<std::string> parse_value(std::string_view text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::none_of(text, is_control)) return std::string(text);
    return bad_value{"the text has a control character",
                     "remove line breaks, tabs and other control characters"};
}

template <>
parsed<std::filesystem::path> parse_value(std::string_view text) {
    auto plain = parse_value<std::string>(text);
    if (!plain) return plain.error();
    return std::filesystem::path(std::move(*plain));
}

std::string format_value(milliseconds value) {
    // `0s` rather than `0ms`: zero has no unit worth a thought.
    return value == milliseconds{0} ? "0s" : in_largest_unit(std::int64_t{value.count()}, duration_units);
}

std::string format_value(byte_size value) {
    return in_largest_unit(value.bytes, size_units);
}

std::string format_value(const endpoint& value) {
    const bool v6 = value.address.find(':') != std::string::npos;
    return (v6 ? "[" + value.address + "]" : value.address) + ":" + std::to_string(value.port);
}

std::string format_value(bool value) {
    return value ? "true" : "false";
}
std::string format_value(std::uint32_t value) {
    return std::to_string(value);
}
std::string format_value(std::uint64_t value) {
    return std::to_string(value);
}

std::string format_value(const std::vector<std::string>& value) {
    std::string out;
    for (const auto& item : value)
        out += (out.empty() ? "" : ",") + item;
    return out;
}

std::string format_value(const std::string& value) {
    return value;
}
std::string format_value(const std::filesystem::path& value) {
    return value.string();
}

}  // namespace latchkey::config
