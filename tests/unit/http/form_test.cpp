#include "http/form.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

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

pairs urlencoded(std::string_view body) {
    return fields_of(decode_urlencoded(body).value());
}

errc refusal(std::string_view type, std::string_view body) {
    const auto decoded = decode_form(type, body);
    return decoded ? errc{} : decoded.error();
}

struct row {
    std::string_view body;
    pairs fields;
};

TEST(Form, DecodesUrlencodedAsBrowsersAndCurlSendIt) {
    const auto rows = std::to_array<row>({
        {"", {}},
        {"username=alice&password=wonderland", {{"username", "alice"}, {"password", "wonderland"}}},
        {"a=1&a=2", {{"a", "1"}, {"a", "2"}}},
        {"a=b+c%2Bd%20e", {{"a", "b c+d e"}}},
        {"%75ser+name=x", {{"user name", "x"}}},
        {"a=%c3%A9\xC3\xA9", {{"a", "\xC3\xA9\xC3\xA9"}}},
        {"a=100%", {{"a", "100%"}}},
        {"a=%4", {{"a", "%4"}}},
        {"a=%4g%zz%%41", {{"a", "%4g%zz%A"}}},
        {"a=%2541", {{"a", "%41"}}},
        {"a=%00b", {{"a", "\0b"s}}},
        {"a=b=c==", {{"a", "b=c=="}}},
        {"a", {{"a", ""}}},
        {"a=", {{"a", ""}}},
        {"=b", {{"", "b"}}},
        {"=", {{"", ""}}},
        {"&&a=1&&b=2&", {{"a", "1"}, {"b", "2"}}},
        {"a=1;b=2", {{"a", "1;b=2"}}},
        {"a=%26b=%3D", {{"a", "&b=="}}},
        {"p=p@ss \"<>\\^`{|}\r\n\t#?/:!", {{"p", "p@ss \"<>\\^`{|}\r\n\t#?/:!"}}},
    });
    for (const auto& [body, fields] : rows)
        EXPECT_EQ(urlencoded(body), fields) << body;
}

TEST(Form, TakesAsManyFieldsAsTheLimitAndNoMore) {
    std::string body;
    for (std::size_t i = 0; i < form::max_fields; ++i)
        body += "a=1&";
    EXPECT_EQ(urlencoded(body).size(), form::max_fields);
    EXPECT_EQ(decode_urlencoded(body + "a=1").error(), errc::malformed_form);
}

TEST(Form, DecodesEveryByteFromItsEscape) {
    constexpr std::string_view upper = "0123456789ABCDEF", lower = "0123456789abcdef";
    for (unsigned byte = 0; byte < 0x100; ++byte)
        for (const auto digits : {upper, lower}) {
            const std::string escape{'%', digits[byte / 16], digits[byte % 16]};
            EXPECT_EQ(form_url_decode(escape).view(), std::string(1, static_cast<char>(byte))) << escape;
        }
}

TEST(Form, ReadsABodyWithoutTypeAsUrlencoded) {
    EXPECT_EQ(fields_of(decode_form("", "a=1").value()), (pairs{{"a", "1"}}));
    EXPECT_EQ(fields_of(decode_form(" \t", "a=1").value()), (pairs{{"a", "1"}}));
}

TEST(Form, IsChosenByTheMediaType) {
    constexpr std::string_view multipart =
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\n";
    for (const auto* type : {"application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded",
                             "application/x-www-form-urlencoded; charset=UTF-8",
                             "application/x-www-form-urlencoded;charset=\"x\""})
        EXPECT_EQ(fields_of(decode_form(type, "a=1").value()), (pairs{{"a", "1"}})) << type;
    for (const auto* type :
         {"multipart/form-data; boundary=b", "Multipart/Form-Data;charset=utf-8;BOUNDARY=\"b\""})
        EXPECT_EQ(fields_of(decode_form(type, multipart).value()), (pairs{{"a", "1"}})) << type;
}

TEST(Form, TellsJsonFromOtherTypes) {
    for (const auto* type :
         {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"})
        EXPECT_EQ(refusal(type, R"({"username":"a"})"), errc::json_body) << type;
    for (const auto* type :
         {"text/plain", "application/xml", "application/jsonp", "text/json", "multipart/mixed; boundary=b",
          "nonsense", "application/x-www-form-urlencoded, text/plain", "/", "application/"})
        EXPECT_EQ(refusal(type, "a=1"), errc::unsupported_media_type) << type;
}

TEST(Form, RefusesMultipartWithoutBoundary) {
    EXPECT_EQ(refusal("multipart/form-data", "--\r\n"), errc::malformed_form);
}

}  // namespace
}  // namespace latchkey::http
