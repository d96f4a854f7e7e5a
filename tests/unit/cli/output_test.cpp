#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

namespace latchkey::cli {
namespace {

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    print(out, value);
    return out.str();
}

TEST(Table, AlignsColumnsAndEndsLinesWithoutBlanks) {
    const table t{{"NAME", "STATUS"}, {{"bob", "active"}, {"alexandra", "disabled"}}};
    EXPECT_EQ(printed(t),
              "NAME       STATUS\n"
              "bob        active\n"
              "alexandra  disabled\n");
}

TEST(Table, CountsWhatATerminalShows) {
    EXPECT_EQ(display_width("abc"), 3u);
    EXPECT_EQ(display_width("J\xc3\xb6rg"), 4u);
    EXPECT_EQ(display_width("Jo\xcc\x88rg"), 4u) << "a combining mark takes no column";
    EXPECT_EQ(display_width("\xe6\xbc\xa2\xe5\xad\x97"), 4u) << "ideographs take two";
    EXPECT_EQ(display_width("\xff"), 1u);
    EXPECT_EQ(display_width("a\x1b"
                            "b"),
              3u);
    EXPECT_EQ(printed(table{{}, {{"\xe6\xbc\xa2", "x"}, {"abc", "y"}}}), "\xe6\xbc\xa2   x\nabc  y\n");
}

TEST(Table, LetsNoControlCharacterReachTheTerminal) {
    EXPECT_EQ(printed(table{{}, {{"a\x1b[2Jb\n", "c"}}}), "a?[2Jb?  c\n");
}

TEST(Json, IsIndentedAndReadsBackTheSame) {
    const boost::json::value value{
        {"a", 1}, {"b", {true, nullptr}}, {"c", boost::json::object{}}, {"d", "q\"\n"}};
    EXPECT_EQ(boost::json::parse(printed(value)), value);
    EXPECT_EQ(printed(boost::json::value{{"a", {1}}}), "{\n  \"a\": [\n    1\n  ]\n}\n");
    EXPECT_EQ(printed(boost::json::value(boost::json::array{})), "[]\n");
}

}  // namespace
}  // namespace latchkey::cli
