#include "config/values.hpp"

#include <gtest/gtest.h>

namespace latchkey::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

template <class T>
void expect_refused(std::initializer_list<std::string_view> rows) {
    for (const auto row : rows) {
        const auto value = parse_value<T>(row);
        ASSERT_FALSE(value) << row;
        EXPECT_FALSE(value.error().reason.empty()) << row;
        EXPECT_FALSE(value.error().remedy.empty()) << row;
    }
}

TEST(Duration, ReadsNumberAndUnit) {
    const std::pair<std::string_view, milliseconds> rows[] = {
        {"500ms", milliseconds{500}}, {"75s", seconds{75}}, {"15m", minutes{15}}, {"2h", hours{2}},
        {"7d", hours{168}},           {"0s", seconds{0}},   {"007s", seconds{7}}};
    for (const auto& [text, value] : rows)
        EXPECT_EQ(*parse_value<milliseconds>(text), value) << text;
}

TEST(Duration, RefusesWhatHasNoUnitOrAnotherOne) {
    expect_refused<milliseconds>({"", "15", "m", "15 m", " 15m", "15m ", "-1s", "+1s", "1.5s", "15min", "15M",
                                  "1h30m", "15ms ms", "99999999999999999999s", "9223372036854775807d", "1e3s",
                                  std::string_view("1\0s", 3)});
}

TEST(Duration, RefusesAFractionOfASecondWhereSecondsAreWanted) {
    EXPECT_EQ(*parse_value<seconds>("2000ms"), seconds{2});
    expect_refused<seconds>({"1500ms", "1ms"});
}

TEST(Duration, IsWrittenInTheLargestUnitThatDividesIt) {
    EXPECT_EQ(format_value(milliseconds{500}), "500ms");
    EXPECT_EQ(format_value(seconds{75}), "75s");
    EXPECT_EQ(format_value(seconds{900}), "15m");
    EXPECT_EQ(format_value(hours{24}), "1d");
    EXPECT_EQ(format_value(seconds{0}), "0s");
}

TEST(Size, ReadsBytesAndBinaryUnits) {
    const std::pair<std::string_view, std::uint64_t> rows[] = {{"0", 0},
                                                               {"65536", 65536},
                                                               {"16KiB", 16384},
                                                               {"64MiB", 64ull << 20},
                                                               {"1GiB", 1ull << 30},
                                                               {"2TiB", 2ull << 40}};
    for (const auto& [text, bytes] : rows)
        EXPECT_EQ(parse_value<byte_size>(text)->bytes, bytes) << text;
}

TEST(Size, RefusesDecimalUnitsAndOverflow) {
    expect_refused<byte_size>({"", "64MB", "64M", "64 MiB", "64mib", "-1", "1.5GiB", "MiB", "64MiBB",
                               "18446744073709551616", "18014398509481984KiB", "16777216TiB"});
}

TEST(Size, IsWrittenInTheLargestUnitThatDividesIt) {
    EXPECT_EQ(format_value(byte_size{16384}), "16KiB");
    EXPECT_EQ(format_value(byte_size{19456 * 1024}), "19MiB");
    EXPECT_EQ(format_value(byte_size{1000}), "1000");
    EXPECT_EQ(format_value(byte_size{0}), "0");
}

TEST(Endpoint, ReadsAddressAndPort) {
    const std::pair<std::string_view, endpoint> rows[] = {{"127.0.0.1:8080", {"127.0.0.1", 8080}},
                                                          {"[::1]:8080", {"::1", 8080}},
                                                          {"[0:0::1]:1", {"::1", 1}},
                                                          {":8080", {"0.0.0.0", 8080}},
                                                          {"localhost:80", {"127.0.0.1", 80}},
                                                          {"0.0.0.0:0", {"0.0.0.0", 0}},
                                                          {"[::]:65535", {"::", 65535}}};
    for (const auto& [text, value] : rows)
        EXPECT_EQ(*parse_value<endpoint>(text), value) << text;
}

TEST(Endpoint, RefusesWhatIsNotAnAddressAndAPort) {
    expect_refused<endpoint>({"", ":", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                              "127.0.0.1:+80", "127.0.0.1:80x", "::1:8080", "[::1]", "[127.0.0.1]:80",
                              "[]:80", "example.com:80", "256.0.0.1:80", "127.0.0.1 :80", "[::1:80",
                              "::1]:80", "http://127.0.0.1:80"});
}

TEST(Endpoint, PutsVersionSixAddressesInBrackets) {
    EXPECT_EQ(format_value(endpoint{"::1", 8080}), "[::1]:8080");
    EXPECT_EQ(format_value(endpoint{"127.0.0.1", 8080}), "127.0.0.1:8080");
}

TEST(Boolean, ReadsTheUsualWords) {
    for (const auto* text : {"true", "1", "yes", "on"})
        EXPECT_TRUE(*parse_value<bool>(text)) << text;
    for (const auto* text : {"false", "0", "no", "off"})
        EXPECT_FALSE(*parse_value<bool>(text)) << text;
    expect_refused<bool>({"", "TRUE", "y", "2", "enabled", " true"});
}

TEST(Count, ReadsDigitsOnly) {
    EXPECT_EQ(*parse_value<std::uint64_t>("18446744073709551615"), 18446744073709551615ull);
    EXPECT_EQ(*parse_value<std::uint32_t>("4294967295"), 4294967295u);
    expect_refused<std::uint64_t>({"", "-1", "+1", "0x10", "1 ", " 1", "1.0", "18446744073709551616"});
    expect_refused<std::uint32_t>({"4294967296"});
}

TEST(List, SplitsAtCommasAndDropsBlanks) {
    using list = std::vector<std::string>;
    EXPECT_EQ(*parse_value<list>(""), list{});
    EXPECT_EQ(*parse_value<list>("  "), list{});
    EXPECT_EQ(*parse_value<list>("a"), list{"a"});
    EXPECT_EQ(*parse_value<list>(" a , b"), (list{"a", "b"}));
    expect_refused<list>({",", "a,", ",a", "a,,b", "a\n,b"});
}

TEST(Text, RefusesControlCharacters) {
    EXPECT_EQ(*parse_value<std::string>("J\xc3\xb6rg"), "J\xc3\xb6rg");
    expect_refused<std::string>({"a\nb", "\t", "\x7f", std::string_view("\0", 1)});
    expect_refused<std::filesystem::path>({"/tmp/\x1b[2J"});
}

TEST(BadValue, ShowsInputShortAndWithoutControlCharacters) {
    EXPECT_EQ(parse_value<bool>("a\x1b[2Jb").error().reason, "`a?[2Jb` is neither true nor false");
    EXPECT_LT(parse_value<bool>(std::string(5000, 'x')).error().reason.size(), 120u);
}

}  // namespace
}  // namespace latchkey::config
