#include "config/show.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "config/keys.hpp"

namespace latchkey::config {
namespace {

load_result loaded(std::string text) {
    return load(sources{}, toml_text{"f.toml", std::move(text)});
}

TEST(Show, GivesEveryKeyWithValueAndOrigin) {
    const auto all = show(loaded("[server]\nthreads = 3\n"));
    ASSERT_EQ(all.size(), keys().size());
    for (const auto& s : all) {
        EXPECT_EQ(s.origin, s.key == "server.threads" ? "f.toml:2" : "default") << s.key;
        if (s.key == "server.threads") {
            EXPECT_EQ(s.value, "3");
        }
    }
}

TEST(Show, WritesNumbersBooleansAndListsAsJson) {
    const auto json = show_json(loaded(
        "[server]\nthreads = 3\n[cors]\norigins = ['https://a', 'https://b']\n[docs]\nenabled = true\n"));
    const auto value = [&](const char* key) { return json.at(key).at("value"); };
    EXPECT_EQ(value("server.threads"), boost::json::value(3));
    EXPECT_EQ(value("docs.enabled"), boost::json::value(true));
    EXPECT_EQ(value("cors.origins"), (boost::json::value{"https://a", "https://b"}));
    EXPECT_EQ(value("tokens.access_lifetime"), boost::json::value("15m"));
    EXPECT_EQ(value("limits.body_size"), boost::json::value("64KiB"));
    EXPECT_EQ(json.at("server.threads").at("origin"), boost::json::value("f.toml:2"));
}

TEST(Show, MasksThePasswordInAStoreUrl) {
    sources s;
    s.defaults.store.url = "postgresql://user:hun:ter@2@host/db";
    const auto r = load(s, std::nullopt);
    for (const auto& shown : show(r))
        if (shown.key == "store.url") {
            EXPECT_EQ(shown.value, "postgresql://user:***@host/db");
        }
    EXPECT_EQ(show_json(r).at("store.url").at("value"), boost::json::value("postgresql://user:***@host/db"));
}

TEST(Reference, NamesEveryKeyOnce) {
    const auto text = reference();
    for (const auto& k : keys()) {
        const auto line = "\n#" + std::string(member_of(k)) + " = ";
        EXPECT_NE(text.find(line), std::string::npos) << k.name;
    }
}

TEST(Reference, IsAFileThatChangesNothing) {
    EXPECT_TRUE(loaded(reference()).ok());
    EXPECT_TRUE(loaded(reference()).origins.empty());
}

TEST(Reference, StaysTheDefaultsWhenEveryLineIsTakenIn) {
    const auto r = loaded(std::regex_replace(reference(), std::regex("\n#([a-z_]+ = )"), "\n$1"));
    for (const auto& p : r.problems)
        ADD_FAILURE() << p.what << ": " << p.where << ": " << p.why;
    EXPECT_EQ(r.origins.size(), keys().size());
    for (const auto& k : keys())
        EXPECT_EQ(k.format(r.settings), k.format(settings{})) << k.name;
}

// config/latchkey.toml is what people read first: it must not lag behind the table. `latchkey config init`
// writes it.
TEST(Reference, IsTheFileInTheRepository) {
    std::ifstream in(LATCHKEY_SOURCE_DIR "/config/latchkey.toml", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(text, reference());
}

}  // namespace
}  // namespace latchkey::config
