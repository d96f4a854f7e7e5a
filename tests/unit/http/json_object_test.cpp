#include "http/json_object.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

namespace latchkey::http {
namespace {

TEST(JsonObject, WritesItsMembersInTheirOrder) {
    std::string out = "before ";
    json_object written(out);
    written.add("active", true);
    written.add("dead", false);
    written.add("sub", "alice");
    written.add("none", "");
    written.add_if_any("left_out", "");
    written.add("exp", std::int64_t{1'800'000'900});
    written.end();
    EXPECT_EQ(out, R"(before {"active":true,"dead":false,"sub":"alice","none":"","exp":1800000900})");
}

TEST(JsonObject, MayBeEmpty) {
    std::string out;
    json_object(out).end();
    EXPECT_EQ(out, "{}");
}

TEST(JsonObject, WritesEveryNumber) {
    for (const auto number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                              std::numeric_limits<std::int64_t>::max()}) {
        std::string out;
        json_object written(out);
        written.add("n", number);
        written.end();
        EXPECT_EQ(boost::json::parse(out).at("n").as_int64(), number);
    }
}

TEST(JsonString, ReadsBackAsWhatWasWritten) {
    for (int c = 0; c < 0x80; ++c)
        for (const std::size_t at : {std::size_t{0}, std::size_t{7}, std::size_t{40}}) {
            std::string text(41, 'x');
            text[at] = static_cast<char>(c);
            std::string out;
            append_json_string(out, text);
            EXPECT_EQ(boost::json::parse(out).as_string(), text) << c;
        }
    std::string out;
    append_json_string(out, "caf\xC3\xA9 \xF0\x9F\x94\x91");
    EXPECT_EQ(out, "\"caf\xC3\xA9 \xF0\x9F\x94\x91\"");
}

}  // namespace
}  // namespace latchkey::http
