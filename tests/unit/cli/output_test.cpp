#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "cli/terminal.hpp"

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

TEST(ForTerminal, LeavesNothingThatMovesRecoloursOrTurnsText) {
    EXPECT_EQ(for_terminal("J\xc3\xb6rg \xe6\xbc\xa2"), "J\xc3\xb6rg \xe6\xbc\xa2");
    EXPECT_EQ(for_terminal("a\x1b[31mb\x7f\tc\r\n"), "a?[31mb??c??");
    EXPECT_EQ(for_terminal("\xc2\x9b"
                           "31m"),
              "?31m")
        << "C1: some terminals take it for ESC [";
    EXPECT_EQ(for_terminal("admin\xe2\x80\xaegpj.exe\xe2\x81\xa6"), "admin?gpj.exe?")
        << "bidirectional overrides";
    EXPECT_EQ(for_terminal("a\xff\xc3"), "a??");
    EXPECT_EQ(for_terminal("a\xe2\x80\xa8z\xe2\x80\xa9"), "a?z?") << "line and paragraph separators";
    EXPECT_EQ(for_terminal("\xe0\xa4\x95\xe2\x80\x8d"), "\xe0\xa4\x95\xe2\x80\x8d")
        << "a joiner is part of a word";
    EXPECT_EQ(for_terminal("a\nb\x1b", line_breaks::keep), "a\nb?");
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
