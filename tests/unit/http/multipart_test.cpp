#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "http/form.hpp"

namespace latchkey::http {
namespace {

using namespace std::string_literals;
using pairs = std::vector<std::pair<std::string, std::string>>;

pairs fields_of(const form& decoded) {
    pairs out;
    for (const auto& entry : decoded.entries())
        out.emplace_back(entry.name, entry.value);
    return out;
}

errc refusal(std::string_view body, std::string_view boundary = "b") {
    const auto decoded = decode_multipart(body, boundary);
    return decoded ? errc{} : decoded.error();
}

/// One part with this header, and the value `1`.
std::string part(std::string_view header) {
    return "--b\r\n" + std::string(header) + "\r\n\r\n1\r\n--b--\r\n";
}
std::string named(std::string_view parameters) {
    return part("Content-Disposition: form-data; " + std::string(parameters));
}

TEST(Multipart, DecodesWhatChromiumSends) {
    constexpr std::string_view body =
        "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; "
        "name=\"username\"\r\n\r\nalice\r\n"
        "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; "
        "name=\"password\"\r\n\r\n\r\n\r\n"
        "------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n";
    EXPECT_EQ(fields_of(decode_multipart(body, "----WebKitFormBoundary7MA4YWxkTrZu0gW").value()),
              (pairs{{"username", "alice"}, {"password", "\r\n"}}));
}

TEST(Multipart, DecodesWhatPythonRequestsSends) {
    constexpr std::string_view body =
        "--0123456789abcdef\r\nContent-Disposition: form-data; name=\"username\"\r\nContent-Type: "
        "text/plain\r\n\r\nalice\r\n"
        "--0123456789abcdef--\r\n";
    EXPECT_EQ(fields_of(decode_multipart(body, "0123456789abcdef").value()), (pairs{{"username", "alice"}}));
}

TEST(Multipart, DecodesEveryWellFormedShape) {
    const auto rows = std::to_array<std::pair<std::string, pairs>>({
        {"--b--", {}},
        {"--b--\r\n", {}},
        {named("name=a"), {{"a", "1"}}},
        {named("name=\"\""), {{"", "1"}}},
        {named(" \t name=\"a\" ; x=y;"), {{"a", "1"}}},
        {part("CONTENT-DISPOSITION:FORM-DATA;NAME=a"), {{"a", "1"}}},
        {part("Content-Type: text/plain; charset=utf-8\r\nX-Y: z\r\nContent-Disposition: form-data; name=a"),
         {{"a", "1"}}},
        {part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: 8BIT"), {{"a", "1"}}},
        {"preamble --b\r\n\r\nmore\r\n" + named("name=a") + "epilogue\r\n--b\r\n", {{"a", "1"}}},
        {"\r\n" + named("name=a"), {{"a", "1"}}},
        {"--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b-- \t", {{"a", "1"}}},
        {"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b--", {{"a", ""}}},
        {"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n-\r\n-b\n--b\r--b--b\r\n\r\n--b--",
         {{"a", "-\r\n-b\n--b\r--b--b\r\n"}}},
        {"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\0\xFF\r\n--b--"s, {{"a", "\0\xFF"s}}},
    });
    for (const auto& [body, fields] : rows) {
        const auto decoded = decode_multipart(body, "b");
        ASSERT_TRUE(decoded.has_value()) << body;
        EXPECT_EQ(fields_of(*decoded), fields) << body;
    }
}

TEST(Multipart, UnescapesNamesAsBrowsersAndOthersEscapeThem) {
    const auto rows = std::to_array<std::pair<std::string_view, std::string>>({
        {R"(name="a%22b")", "a\"b"},
        {R"(name="a%0D%0Ab")", "a\r\nb"},
        {R"(name="a%20b%25%2")", "a%20b%25%2"},
        {R"(name="a\"b")", "a\"b"},
        {R"(name="a\\b")", "a\\b"},
        {R"(name="C:\dir")", "C:\\dir"},
        {R"(name="a;b=c")", "a;b=c"},
        {"name=\"caf\xC3\xA9\"", "caf\xC3\xA9"},
    });
    for (const auto& [parameters, name] : rows)
        EXPECT_EQ(fields_of(decode_multipart(named(parameters), "b").value()), (pairs{{name, "1"}}))
            << parameters;
}

TEST(Multipart, RefusesWhatIsMalformed) {
    const auto rows = std::to_array<std::string>({
        "",
        "a=1",
        "--b",
        "--b\r\n",
        "--b-",
        "--b\n--b--",
        "--c\r\n\r\n--c--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1",                   // never closed
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\r\n",        // never closed
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b",            // never closed
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\n--b--",            // LF before the delimiter
        "--b\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",            // LF behind the delimiter
        "--b\r\nContent-Disposition: form-data; name=a\n\n1\r\n--b--",              // LF in the header
        "--b\r\nContent-Disposition: form-data; name=a\r\r\n\r\n1\r\n--b--",        // CR in the header
        "--b\r\nContent-Disposition: form-data; name=a\r\n--b--",                   // no empty line
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--bc\r\n--b--",  // the delimiter inside a
                                                                                    // value
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--x",         // text behind the end
        "--b\r\n\r\n1\r\n--b--",                                                    // no header
        part("Content-Type: text/plain"),                                           // no disposition
        part("Content-Disposition: form-data"),                                     // no name
        part("Content-Disposition: attachment; name=a"),
        part("Content-Disposition: form-datax; name=a"),
        part("Content-Disposition: form-data name=a"),
        part("Content-Disposition : form-data; name=a"),
        part("Content-Disposition: form-data;\r\n name=a"),  // folded
        part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b"),
        part("Content-Disposition: form-data; name=a\r\nno colon"),
        part("Content-Disposition: form-data; name=a\r\n: x"),
        part("Content-Disposition: form-data; name=a\r\nX: \0"s),
        named("name=a; name=b"),
        named("name=a; filename=\"x.txt\""),
        named("filename=\"\"; name=a"),
        named("name=a; FILENAME=x"),
        named("name=a; filename*=UTF-8''x"),
        named("name*=UTF-8''a"),
        named("name=\"a"),
        named("name=\"a\\\""),
        named("name="),
        named("name"),
        named("=a"),
        named("name=a b"),
        named("name=\"a\"b"),
        named("name=\"a\x01\""),
        part("Content-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=c"),
        part("Content-Disposition: form-data; name=a\r\nContent-Type: Multipart/Form-Data; boundary=b"),
        part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64"),
        part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: quoted-printable"),
        part("Content-Disposition: form-data; name=a\r\nX: " + std::string(1024, 'x')),
    });
    for (const auto& body : rows)
        EXPECT_EQ(refusal(body), errc::malformed_form) << body;
}

TEST(Multipart, RefusesEveryTruncation) {
    const std::string body = named("name=\"a\"");
    const std::size_t complete = body.size() - 2;  // the last line end may be missing
    for (std::size_t size = 0; size < complete; ++size)
        EXPECT_EQ(refusal(body.substr(0, size)), errc::malformed_form) << "cut at " << size;
    EXPECT_EQ(refusal(body.substr(0, complete)), errc{});
}

TEST(Multipart, TakesBoundariesThatRfc2046Allows) {
    const auto body = [](const std::string& boundary) { return "--" + boundary + "--\r\n"; };
    for (const auto& good : {"a"s, std::string(70, 'a'), "'()+_,-./:=?"s, "a b"s, "--"s})
        EXPECT_EQ(refusal(body(good), good), errc{}) << good;
    for (const auto& bad : {""s, std::string(71, 'a'), "a "s, " "s, "a\tb"s, "a\r\nb"s, "a;b"s, "a\"b"s,
                            "a\\b"s, "\xC3\xA9"s, "a\0b"s, "a*b"s})
        EXPECT_EQ(refusal(body(bad), bad), errc::malformed_form) << bad;
}

TEST(Multipart, TakesAsManyPartsAsTheLimitAndNoMore) {
    const auto body = [](std::size_t parts) {
        std::string out;
        for (std::size_t i = 0; i < parts; ++i)
            out += "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        return out + "--b--\r\n";
    };
    EXPECT_EQ(decode_multipart(body(form::max_fields), "b")->entries().size(), form::max_fields);
    EXPECT_EQ(refusal(body(form::max_fields + 1)), errc::malformed_form);
}

}  // namespace
}  // namespace latchkey::http
