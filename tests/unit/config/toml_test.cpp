#include "config/toml.hpp"

#include <gtest/gtest.h>

namespace latchkey::config {
namespace {

toml_entries read(std::string text) {
    return read_toml({"f.toml", std::move(text)});
}

TEST(Toml, ReadsEveryKindInTheNotationOfValues) {
    const std::pair<std::string, std::string> rows[] = {
        {"data_dir = '/d'", "/d"},
        {"[server]\nlisten = ':1'", ":1"},
        {"[server]\nthreads = 4", "4"},
        {"server.threads = 0x10", "16"},
        {"server = { threads = 4 }", "4"},
        {"[docs]\nenabled = true", "true"},
        {"[cors]\norigins = ['https://a', 'https://b']", "https://a,https://b"},
        {"[cors]\norigins = []", ""},
        {"[limits]\nbody_size = 65536", "65536"},
        {"[limits]\nbody_size = '64KiB'", "64KiB"},
    };
    for (const auto& [text, value] : rows) {
        const auto r = read(text);
        EXPECT_TRUE(r.problems.empty()) << text;
        ASSERT_EQ(r.entries.size(), 1u) << text;
        EXPECT_EQ(r.entries[0].value, value) << text;
    }
}

TEST(Toml, RefusesTheWrongKind) {
    for (const auto* text :
         {"data_dir = 1", "[server]\nlisten = 8080", "[server]\nthreads = '4'", "[server]\nthreads = 4.0",
          "[docs]\nenabled = 'true'", "[docs]\nenabled = 1", "[cors]\norigins = 'https://a'",
          "[cors]\norigins = [1]", "[cors]\norigins = ['a,b']", "[cors]\norigins = ['']",
          "[cors]\norigins = [['a']]", "[limits]\nbody_size = 1.5", "[server.listen]\nport = 1",
          "[tokens]\naccess_lifetime = 900", "[tokens]\naccess_lifetime = 10:00:00"}) {
        const auto r = read(text);
        EXPECT_EQ(r.problems.size(), 1u) << text;
        EXPECT_TRUE(r.entries.empty()) << text;
    }
}

TEST(Toml, NamesTheLine) {
    const auto r = read("# one\n\n[server]\nlisten = ':1'\n\nthreads = 4\n");
    ASSERT_EQ(r.entries.size(), 2u);
    EXPECT_EQ(r.entries[0].where, "f.toml:4");
    EXPECT_EQ(r.entries[1].where, "f.toml:6");
}

TEST(Toml, PassesUnknownKeysOnUnderTheirFullName) {
    const auto r = read("[server.inner]\nx = 1\n[[users]]\nname = 'a'\n[empty]\n");
    ASSERT_EQ(r.entries.size(), 3u);
    std::vector<std::string> names;
    for (const auto& e : r.entries)
        names.push_back(e.key);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string>{"empty", "server.inner", "users"}));
}

TEST(Toml, ShowsWhatATextOfThatKeyLooksLike) {
    EXPECT_EQ(read("[server]\nlisten = true").problems.at(0).remedy,
              R"(write it in quotes, such as "127.0.0.1:8080")");
    EXPECT_EQ(read("[tokens]\naccess_lifetime = 15").problems.at(0).remedy,
              R"(write it in quotes, such as "15m")");
    EXPECT_EQ(read("[audit]\nfile = 1").problems.at(0).remedy, "write it in quotes");
}

TEST(Toml, ReportsASyntaxErrorWithItsLine) {
    for (const auto* text : {"\nserver = ", "\n[server", "\na = 1 b", "\na = 1\na = 2", "\na = \"\xff\"",
                             "\n= 1", "\né = 1", "\na = 1 \xef\xb7\xbd"}) {
        const auto r = read(text);
        ASSERT_EQ(r.problems.size(), 1u) << text;
        EXPECT_EQ(r.problems[0].what, "syntax") << text;
        EXPECT_EQ(r.problems[0].where.rfind("f.toml:", 0), 0u) << text;
        EXPECT_NE(r.problems[0].where, "f.toml:1") << text;
    }
}

TEST(Toml, RefusesALineOfMoreThanFourKibibytes) {
    EXPECT_TRUE(read("#\n#" + std::string(4095, 'x') + "\n#").problems.empty());
    const auto r = read("#\n#" + std::string(4096, 'x') + "\n#");
    ASSERT_EQ(r.problems.size(), 1u);
    EXPECT_EQ(r.problems[0].where, "f.toml:2");
}

TEST(Toml, SurvivesDeepNesting) {
    EXPECT_EQ(read("a = " + std::string(100'000, '[')).problems.size(), 1u);
    std::string dotted = "a";
    for (int i = 0; i < 2000; ++i)
        dotted += ".a";
    read(dotted + " = 1");
    read("[" + dotted + "]");
}

}  // namespace
}  // namespace latchkey::config
