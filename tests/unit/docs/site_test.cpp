#include "docs/site.hpp"

#include <gmock/gmock.h>

#include "http/gzip.hpp"

namespace latchkey::docs {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string file(const site& s, std::string_view name, unsigned expected) {
    http::request q;
    q.parameter = name;
    http::response out;
    s.file(q, out);
    EXPECT_EQ(out.status(), expected) << name;
    return std::string(out.body());
}

TEST(Site, CarriesEveryFileThatItsPageLoads) {
    const site s({});
    http::response page;
    s.page({}, page);
    for (const std::string name : {"swagger-ui.css", "swagger-ui-bundle.js", "docs.js"}) {
        EXPECT_THAT(std::string(page.body()), HasSubstr("\"docs/" + name + "\""));  // relative
        EXPECT_GT(file(s, name, 200).size(), 100U);
    }
}

TEST(Site, HasNoOtherFiles) {
    const site s({});
    for (const auto name :
         {"openapi.json", "demo.html", "docs.html", "..", "docs.js.gz", "DOCS.JS", "swagger-ui.css.map"})
        file(s, name, 404);
}

TEST(Site, SendsItsDocumentCompressedToWhoeverAsksForIt) {
    const site s({.root_path = "/api"});
    http::request asking;
    asking.fields[static_cast<std::size_t>(http::field::accept_encoding)] = {"gzip", 1};
    http::response plain, packed;
    s.openapi({}, plain);
    s.openapi(asking, packed);
    EXPECT_THAT(std::string(packed.headers()),
                testing::AllOf(HasSubstr("Content-Encoding: gzip\r\n"), HasSubstr("-gz\"\r\n"),
                               HasSubstr("Vary: Accept-Encoding\r\n"),
                               HasSubstr("Content-Type: application/json\r\n")));
    EXPECT_THAT(std::string(plain.headers()),
                testing::AllOf(Not(HasSubstr("Content-Encoding")), Not(HasSubstr("-gz\"")),
                               HasSubstr("Vary: Accept-Encoding\r\n")));
    EXPECT_EQ(packed.body(), http::gzip(plain.body()));  // of this service's document, not of the template
    EXPECT_LT(packed.body().size(), plain.body().size() / 4);
}

TEST(Site, AllowsItsPagesNoScriptButTheirOwn) {
    const site s({.demo = true});
    for (const auto answer : {&site::page, &site::demo}) {
        http::response out;
        (s.*answer)({}, out);
        const std::string headers(out.headers());
        EXPECT_THAT(
            headers,
            testing::AllOf(HasSubstr("Content-Security-Policy: default-src 'none'; connect-src 'self';"),
                           HasSubstr("frame-ancestors 'none'"), HasSubstr("base-uri 'none'"),
                           Not(HasSubstr("unsafe")), Not(HasSubstr("http"))));
    }
}

TEST(Site, EmbedsWhatGunzipWouldGiveBack) {
    for (const auto name : {"docs.html", "docs.js", "demo.html", "swagger-ui.css", "swagger-ui-bundle.js"}) {
        const auto f = embedded(name);
        ASSERT_FALSE(f.gzip.empty()) << name;
        EXPECT_EQ(f.gzip.substr(0, 2), "\x1f\x8b") << name;
        const auto size = f.gzip.substr(f.gzip.size() - 4);  // ISIZE, RFC 1952 section 2.3.1
        std::size_t bytes = 0;
        for (std::size_t i = 4; i-- > 0;)
            bytes = bytes * 256 + static_cast<unsigned char>(size[i]);
        EXPECT_EQ(bytes, f.bytes.size()) << name;
    }
    EXPECT_TRUE(embedded("nothing").bytes.empty());
}

}  // namespace
}  // namespace latchkey::docs
