#include "cli/record_reader.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace latchkey::cli {
namespace {

using records = std::vector<std::pair<std::size_t, std::string>>;

struct outcome {
    records taken;
    std::optional<record_fault> fault;
};

outcome json(const std::string& text, std::string_view member = {}) {
    std::istringstream in(text);
    outcome out;
    out.fault = read_json_records(
        in, member, [&](std::size_t line, std::string_view record) { out.taken.emplace_back(line, record); });
    return out;
}

using rows = std::vector<std::vector<std::string>>;

rows csv(const std::string& text, std::vector<std::size_t>* lines = nullptr) {
    std::istringstream in(text);
    rows out;
    const auto fault = read_csv_records(in, [&](std::size_t line, const std::vector<std::string>& cells) {
        out.push_back(cells);
        if (lines != nullptr) lines->push_back(line);
    });
    if (fault) out.push_back({"FAULT", std::to_string(fault->line)});
    return out;
}

TEST(JsonRecords, AreTheObjectsOfAnArrayOrOneAfterTheOther) {
    const records expected{{2, R"({"a":[{"b":"}]"}]})"}, {3, R"({"c":"\"{"})"}};
    EXPECT_EQ(json("[\n{\"a\":[{\"b\":\"}]\"}]},\n{\"c\":\"\\\"{\"}]").taken, expected);
    EXPECT_EQ(json("\n{\"a\":[{\"b\":\"}]\"}]}\n{\"c\":\"\\\"{\"}").taken, expected);
    EXPECT_EQ(json("\xEF\xBB\xBF{}").taken, (records{{1, "{}"}}));
    EXPECT_TRUE(json("").taken.empty());
    EXPECT_FALSE(json("[]").fault);
}

TEST(JsonRecords, AreTheItemsOfTheNamedMemberOnly) {
    const std::string realm =
        R"({"id":"users","roles":{"users":[{"no":1}]},"clients":[{"users":[{"no":2}]}],"users":[{"u":1},
{"users":[{"u":2}]}],"x":{"y":[{}]}})";
    const records expected{{1, R"({"u":1})"}, {2, R"({"users":[{"u":2}]})"}};
    EXPECT_EQ(json(realm, "users").taken, expected);
    EXPECT_EQ(json("[" + realm + "]", "users").taken, expected);
    EXPECT_EQ(json("{\"users\":[]}{\"users\":[{}]}", "users").taken, (records{{1, "{}"}}));
    EXPECT_TRUE(json(R"([{"u":1}])", "users").taken.empty());
    EXPECT_TRUE(json(R"({"a":"users","b":[{"u":1}]})", "users").taken.empty());
}

TEST(JsonRecords, RefuseWhatIsNotNestedRightOrEndsTooEarly) {
    for (const std::string bad :
         {"[1]", "x", "[{}", "{", "{\"a", "[{]", "]", "{}}", "[[{}]]", "{} [", "null", "\"text\""})
        EXPECT_TRUE(json(bad).fault) << bad;
    for (const std::string bad :
         {R"({"users":[1]})", R"({"users":["x"]})", R"({"users":[[]]})", R"({"users":[{}])"})
        EXPECT_TRUE(json(bad, "users").fault) << bad;
    EXPECT_EQ(json("{}\n{}\n[x]\n{}").fault->line, 3U);
    EXPECT_TRUE(json(std::string(100, '{')).fault);
    EXPECT_TRUE(json("{\"a\":\"" + std::string(max_record, 'x') + "\"}").fault);
    EXPECT_FALSE(
        json("{\"skipped\":\"" + std::string(2 * max_record, 'x') + "\",\"users\":[]}", "users").fault);
}

TEST(CsvRecords, KeepWhatQuotationMarksEnclose) {
    EXPECT_EQ(csv("a,b\r\n1,2\r\n"), (rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(csv("\"a,\"\"x\"\"\",\"b\nc\"\n,\n"), (rows{{"a,\"x\"", "b\nc"}, {"", ""}}));
    EXPECT_EQ(csv("a\n\n\nb"), (rows{{"a"}, {"b"}}));
    EXPECT_EQ(csv("\"\"\n"), (rows{{""}}));
    EXPECT_EQ(csv(""), rows{});
}

TEST(CsvRecords, TellTheLineThatTheyBeginOn) {
    std::vector<std::size_t> lines;
    csv("h\n\"a\nb\"\n\nc\n", &lines);
    EXPECT_EQ(lines, (std::vector<std::size_t>{1, 2, 5}));
    EXPECT_EQ(csv("a\n\"b\nc"), (rows{{"a"}, {"FAULT", "2"}}));
}

TEST(LineRecords, AreTheLinesThatAreNotEmpty) {
    std::istringstream in("a\r\n\nb");
    records taken;
    const auto fault = read_line_records(
        in, [&](std::size_t line, std::string_view text) { taken.emplace_back(line, text); });
    EXPECT_FALSE(fault);
    EXPECT_EQ(taken, (records{{1, "a"}, {3, "b"}}));
    std::istringstream endless(std::string(max_record + 1, 'x'));
    EXPECT_TRUE(read_line_records(endless, [](std::size_t, std::string_view) {}));
}

}  // namespace
}  // namespace latchkey::cli
