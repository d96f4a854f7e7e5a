#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::config {
namespace {

toml_text file(std::string text) {
    return {"test.toml", std::move(text)};
}

load_result with_file(std::string text) {
    return load(sources{}, file(std::move(text)));
}

load_result with_variable(std::string name, std::string value) {
    sources s;
    s.environment.emplace(std::move(name), std::move(value));
    return load(s, std::nullopt);
}

TEST(Load, WithoutAnySourceIsTheDefaults) {
    const auto r = load(sources{}, std::nullopt);
    EXPECT_TRUE(r.ok());
    EXPECT_EQ(r.settings.server.listen, (endpoint{"127.0.0.1", 8080}));
    EXPECT_EQ(origin_of(r, "server.listen"), "default");
}

TEST(Load, PrefersOptionOverEnvironmentOverFileOverDefault) {
    sources s;
    s.defaults.server.threads = 1;
    EXPECT_EQ(load(s, std::nullopt).settings.server.threads, 1u);

    const auto text = file("[server]\nthreads = 2\n");
    EXPECT_EQ(load(s, text).settings.server.threads, 2u);
    EXPECT_EQ(origin_of(load(s, text), "server.threads"), "test.toml:2");

    s.environment["LATCHKEY_SERVER_THREADS"] = "3";
    EXPECT_EQ(load(s, text).settings.server.threads, 3u);
    EXPECT_EQ(origin_of(load(s, text), "server.threads"), "environment LATCHKEY_SERVER_THREADS");

    s.options.push_back({"--set", "server.threads", "4"});
    EXPECT_EQ(load(s, text).settings.server.threads, 4u);
    EXPECT_EQ(origin_of(load(s, text), "server.threads"), "--set server.threads");
    EXPECT_TRUE(load(s, text).ok());
}

TEST(Load, LetsTheLaterOptionWin) {
    sources s;
    s.options = {{"--set", "server.listen", ":1"}, {"--listen", "server.listen", ":2"}};
    const auto r = load(s, std::nullopt);
    EXPECT_EQ(r.settings.server.listen.port, 2);
    EXPECT_EQ(origin_of(r, "server.listen"), "--listen");
}

TEST(Load, SetsTheDataDirectoryFromEverySource) {
    sources s;
    const auto text = file("data_dir = \"/from/file\"\n");
    EXPECT_EQ(load(s, text).settings.data_dir, "/from/file");
    s.environment["LATCHKEY_DATA_DIR"] = "/from/environment";
    EXPECT_EQ(load(s, text).settings.data_dir, "/from/environment");
    s.options.push_back({"--data-dir", "data_dir", "/from/option"});
    EXPECT_EQ(load(s, text).settings.data_dir, "/from/option");
}

TEST(Load, ReportsAllErrorsAtOnceWithPlaceReasonAndRemedy) {
    sources s;
    s.environment["LATCHKEY_SERVER_LISEN"] = ":1";
    s.environment["LATCHKEY_LOG_LEVEL"] = "loud";
    s.options.push_back({"--set", "hashing.memory", "64MB"});
    s.options.push_back({"--set", "nothing.near", "x"});
    const auto r = load(
        s, file("[server]\nlistne = \":80\"\nthreads = \"four\"\n\n[tokens]\naccess_lifetime = \"15\"\n"));
    const auto is = [](std::string what, std::string where, std::string why, std::string remedy) {
        return problem{std::move(what), std::move(where), std::move(why), std::move(remedy)};
    };
    EXPECT_THAT(
        r.problems,
        testing::UnorderedElementsAre(
            is("server.listne", "test.toml:2", "unknown key", "server.listen"),
            is("server.threads", "test.toml:3", "the value is not an integer", "write digits without quotes"),
            is("tokens.access_lifetime", "test.toml:6", "`15` is not a duration",
               "write a number and one of ms, s, m, h, d, such as 15m"),
            is("LATCHKEY_SERVER_LISEN", "environment", "unknown variable", "LATCHKEY_SERVER_LISTEN"),
            is("log.level", "environment LATCHKEY_LOG_LEVEL", "`loud` is none of debug, info, warn, error",
               "write debug"),
            is("hashing.memory", "--set hashing.memory", "`64MB` is not a size",
               "write bytes, or a number and one of KiB, MiB, GiB, TiB, such as 64MiB"),
            is("nothing.near", "--set nothing.near", "unknown key", "latchkey config init lists every key")));
}

TEST(Load, ReportsABadValueThatAStrongerSourceOverrides) {
    sources s;
    s.environment["LATCHKEY_SERVER_THREADS"] = "3";
    EXPECT_FALSE(load(s, file("[server]\nthreads = -1\n")).ok());
}

TEST(Load, NamesTheEnvironmentWhenASecretIsWrittenAsASetting) {
    for (const auto* text : {"master_key = \"hunter2\"", "[tokens]\nhmac_secret = \"hunter2\""}) {
        const auto r = with_file(text);
        ASSERT_EQ(r.problems.size(), 1u);
        EXPECT_EQ(r.problems[0].why, "secrets are not settings");
        EXPECT_THAT(r.problems[0].remedy, testing::HasSubstr("LATCHKEY_MASTER_KEY_FILE"));
    }
}

TEST(Load, NeverShowsTheValueOfAnUnknownKey) {
    sources s;
    s.options.push_back({"--set", "tokens.hmac_secret", "hunter2"});
    s.environment["LATCHKEY_PASSWORD"] = "hunter2";
    for (const auto& p : load(s, file("pasword = \"hunter2\"\n")).problems)
        EXPECT_EQ((p.what + p.where + p.why + p.remedy).find("hunter2"), std::string::npos);
}

TEST(Load, TakesAnEmptyVariableAsAnEmptyValue) {
    EXPECT_TRUE(with_variable("LATCHKEY_TOKENS_AUDIENCE", "").ok());
    EXPECT_TRUE(with_variable("LATCHKEY_CORS_ORIGINS", "").ok());
    EXPECT_FALSE(with_variable("LATCHKEY_SERVER_THREADS", "").ok());
}

TEST(Load, ReportsAFileThatDoesNotExist) {
    sources s;
    s.file = "/nonexistent/latchkey.toml";
    const auto r = load(s);
    ASSERT_EQ(r.problems.size(), 1u);
    EXPECT_EQ(r.problems[0].where, "/nonexistent/latchkey.toml");
    EXPECT_EQ(r.problems[0].why, "does not exist");
    EXPECT_EQ(r.problems[0].remedy, "latchkey config init /nonexistent/latchkey.toml writes one");
}

TEST(Load, NamesAFileInTheDirectoryThatWasGivenForOne) {
    sources s;
    s.file = "/dev";
    const auto r = load(s);
    ASSERT_EQ(r.problems.size(), 1u);
    EXPECT_EQ(r.problems[0].why, "is a directory");
    EXPECT_EQ(r.problems[0].remedy, "/dev/latchkey.toml");
}

}  // namespace
}  // namespace latchkey::config
