#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <cstdlib>

#include "config/keys.hpp"
#include "config/show.hpp"
#include "unit/cli/fake_terminal.hpp"

namespace latchkey::cli {
namespace {

using test::run;
using testing::HasSubstr;

TEST(ConfigInit, PrintsTheReference) {
    const auto r = run({"config", "init"});
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.out, config::reference());
}

TEST(ConfigInit, NeverOverwritesAFile) {
    const auto r = run({"config", "init", "/dev/null"});
    EXPECT_EQ(r.status, 1);
    EXPECT_THAT(r.err, HasSubstr("latchkey: config init: /dev/null: "));
    EXPECT_EQ(run({"config", "init", "/nonexistent/x.toml"}).err,
              "latchkey: config init: /nonexistent/x.toml: No such file or directory\n"
              "  try: ls -ld /nonexistent\n");
}

TEST(ConfigCheck, SaysWhenAllIsGood) {
    const auto r = run({"config", "check"});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.err, "");
}

TEST(ConfigCheck, ReportsEveryErrorAndEndsWith78) {
    const auto r = run({"config", "check", "--set", "server.lisen=:1", "--listen", "nowhere"},
                       {{"LATCHKEY_LOG_FROMAT", "json"}, {"LATCHKEY_SERVER_THREADS", "many"}});
    EXPECT_EQ(r.status, 78);
    EXPECT_EQ(r.out, "");
    EXPECT_THAT(
        r.err,
        HasSubstr(
            "latchkey: LATCHKEY_LOG_FROMAT: environment: unknown variable\n  try: LATCHKEY_LOG_FORMAT\n"));
    EXPECT_THAT(
        r.err,
        HasSubstr(
            "latchkey: server.threads: environment LATCHKEY_SERVER_THREADS: `many` is not a whole number\n"));
    EXPECT_THAT(r.err,
                HasSubstr("latchkey: server.lisen: --set server.lisen: unknown key\n  try: server.listen\n"));
    EXPECT_THAT(r.err, HasSubstr("latchkey: server.listen: --listen: `nowhere` is not ADDR:PORT\n"));
}

TEST(ConfigCheck, ReportsABadSecretTogetherWithBadSettings) {
    ASSERT_EQ(::setenv("LATCHKEY_MASTER_KEY", "changeme", 1), 0);
    const auto r = run({"config", "check", "--set", "server.threads=x"});
    EXPECT_EQ(r.status, 78);
    EXPECT_THAT(
        r.err,
        HasSubstr("LATCHKEY_MASTER_KEY: environment: is a sample that everybody knows\n  try: openssl rand"));
    EXPECT_THAT(r.err, HasSubstr("server.threads"));
    EXPECT_EQ(std::getenv("LATCHKEY_MASTER_KEY"), nullptr);
}

TEST(ConfigShow, GivesEveryKeyWithItsOrigin) {
    const auto r = run({"config", "show", "-o", "json"}, {{"LATCHKEY_SERVER_THREADS", "5"}});
    ASSERT_EQ(r.status, 0) << r.err;
    const auto json = boost::json::parse(r.out).as_object();
    EXPECT_EQ(json.size(), config::keys().size());
    EXPECT_EQ(json.at("server.threads").at("value"), boost::json::value(5));
    EXPECT_EQ(json.at("server.threads").at("origin"),
              boost::json::value("environment LATCHKEY_SERVER_THREADS"));
    EXPECT_THAT(run({"config", "show"}).out, testing::ContainsRegex("tokens.access_lifetime +15m +default"));
}

TEST(ConfigFile, OfTheOptionWinsOverTheVariable) {
    test::command c;
    c.context.config_variable = "/nonexistent/variable.toml";
    EXPECT_EQ(c.run({"config", "check", "--config", "/nonexistent/option.toml"}), 78);
    EXPECT_THAT(c.err.str(), HasSubstr("option.toml"));
    EXPECT_THAT(c.err.str(), testing::Not(HasSubstr("variable.toml")));
}

}  // namespace
}  // namespace latchkey::cli
