#include "http/path.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace latchkey::http {
namespace {

struct row {
    std::string_view target, path, query;
};

bool lies_in(std::string_view part, std::string_view whole) {
    const std::less_equal<const char*> before;
    return before(whole.data(), part.data()) &&
           before(part.data() + part.size(), whole.data() + whole.size());
}

errc refusal(std::string_view target) {
    std::string scratch;
    const auto split = normalize_target(target, scratch);
    return split ? errc{} : split.error();
}

TEST(Target, IsSplitAndItsPathNormalised) {
    constexpr auto rows = std::to_array<row>({
        {"/", "/", ""},
        {"*", "*", ""},
        {"/items/", "/items/", ""},
        {"/items", "/items", ""},
        {"/items?", "/items", ""},
        {"/items?a=b?c/../%2F%zz%", "/items", "a=b?c/../%2F%zz%"},
        {"/?a", "/", "a"},
        {"//a", "//a", ""},
        {"/a//b", "/a//b", ""},
        {"/%61%2D%2e%5F%7E%39", "/a-._~9", ""},
        {"/%c3%a9%20%3f%23%25", "/%C3%A9%20%3F%23%25", ""},
        {"/%2561", "/%2561", ""},
        {"/.", "/", ""},
        {"/./", "/", ""},
        {"/a/.", "/a/", ""},
        {"/a/./b", "/a/b", ""},
        {"/a/..", "/", ""},
        {"/a/../", "/", ""},
        {"/a/../b", "/b", ""},
        {"/a/b/../../c", "/c", ""},
        {"/a/b/..", "/a/", ""},
        {"/a//../b", "/a/b", ""},
        {"/a/%2e%2E/b", "/b", ""},
        {"/a/.%2e/b?%2e%2e", "/b", "%2e%2e"},
        {"/...", "/...", ""},
        {"/.well-known/x", "/.well-known/x", ""},
        {"/..a/a..", "/..a/a..", ""},
        {"/a;b=c,d:e@f!$&'()*+", "/a;b=c,d:e@f!$&'()*+", ""},
        {"/{a}|^`\"<>", "/{a}|^`\"<>", ""},
        {"http://a", "/", ""},
        {"http://a?b", "/", "b"},
        {"http://a/b?c", "/b", "c"},
        {"HTTPS://a.example:443/b/../c", "/c", ""},
        {"http://[::1]:80/a", "/a", ""},
        {"/http://a/b", "/http://a/b", ""},
    });
    for (const auto& [target, path, query] : rows) {
        std::string scratch = "left over";
        const auto split = normalize_target(target, scratch);
        ASSERT_TRUE(split.has_value()) << target;
        EXPECT_EQ(split->path, path) << target;
        EXPECT_EQ(split->query, query) << target;
    }
}

TEST(Target, IsRefusedWhenItCouldMeanTwoPaths) {
    for (const auto* target : {"",
                               "items",
                               "?a",
                               "**",
                               "*?a",
                               "host:443",
                               "ftp://a/b",
                               "http:/a",
                               "http:a",
                               "http://",
                               "http:///a",
                               "http://u@a/b",
                               "http://a,b/",
                               "http://a b/",
                               "http://a:0/",
                               "http://a%2Fb/",
                               "http://[::1/",
                               "/%",
                               "/%4",
                               "/%zz",
                               "/%4g",
                               "/a%/b",
                               "/%2F",
                               "/a%2fb",
                               "/%5C",
                               "/a%5cb",
                               "/a\\b",
                               "http://a\\b/",
                               "http://a/b\\c",
                               "/%00",
                               "/%0a",
                               "/%0D",
                               "/%1F",
                               "/%7f",
                               "/..",
                               "/../",
                               "/../a",
                               "/a/../..",
                               "/a/../../b",
                               "/%2e%2e/a",
                               "/./..",
                               "//../..",
                               "/a#b",
                               "/a?b#c",
                               "#",
                               "/a b",
                               "/a\tb",
                               "/a\x01",
                               "/a?\x7F",
                               "/caf\xC3\xA9",
                               "/a?\xC3\xA9"})
        EXPECT_EQ(refusal(target), errc::malformed_target) << target;
    EXPECT_EQ(refusal(std::string_view("/a\0b", 4)), errc::malformed_target);
}

TEST(Target, LiesInItsOwnBytesUnlessItChanged) {
    std::string scratch;
    for (const std::string_view target : {"/items/?a", "/.well-known/%C3%A9", "http://a/b", "*", "/a%20b"}) {
        const auto split = normalize_target(target, scratch).value();
        EXPECT_TRUE(lies_in(split.path, target)) << target;
    }
    constexpr std::string_view changed = "/a/../b?c";
    const auto split = normalize_target(changed, scratch).value();
    EXPECT_TRUE(lies_in(split.path, scratch));
    EXPECT_TRUE(lies_in(split.query, changed));
}

TEST(Target, NormalisesToItself) {
    for (const auto* target : {"/a/./b/../c//d%c3%a9%7e", "/.%2e./x", "http://a/b/.", "/%2561"}) {
        std::string first, second;
        const std::string once(normalize_target(target, first).value().path);
        EXPECT_EQ(normalize_target(once, second).value().path, once) << target;
    }
}

}  // namespace
}  // namespace latchkey::http
