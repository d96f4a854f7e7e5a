#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "unit/cli/fake_terminal.hpp"

namespace latchkey::cli {
namespace {

using test::run;
using testing::HasSubstr;
using testing::Not;

TEST(CommandLine, WithoutACommandIsAUsageError) {
    const auto r = run({});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, "latchkey: a command is missing\n  try: latchkey --help\n");
    EXPECT_EQ(run({"user"}).err, "latchkey: user: a command is missing\n  try: latchkey user --help\n");
}

TEST(CommandLine, NamesTheNearestCommand) {
    const std::tuple<std::vector<std::string>, std::string> rows[] = {
        {{"srve"}, "latchkey: srve: no such command\n  try: latchkey serve\n"},
        {{"user", "lits"}, "latchkey: lits: no such command\n  try: latchkey user list\n"},
        {{"user", "passwdd", "bob"}, "latchkey: passwdd: no such command\n  try: latchkey user passwd\n"},
        {{"--set", "server.threads=1", "vresion"},
         "latchkey: vresion: no such command\n  try: latchkey version\n"},
        {{"xylophone"}, "latchkey: xylophone: no such command\n  try: latchkey --help\n"}};
    for (const auto& [arguments, message] : rows) {
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 2) << arguments.front();
        EXPECT_EQ(r.err, message);
        EXPECT_EQ(r.out, "");
    }
}

TEST(CommandLine, NamesTheNearestOption) {
    const std::tuple<std::vector<std::string>, std::string> rows[] = {
        {{"version", "--outptu", "json"}, "latchkey: --outptu: no such option\n  try: --output\n"},
        {{"user", "add", "bob", "--scoep", "items"}, "latchkey: --scoep: no such option\n  try: --scope\n"},
        {{"--confg=x", "version"}, "latchkey: --confg: no such option\n  try: --config\n"},
        {{"token", "issue", "--user", "bob"},
         "latchkey: --user: no such option\n  try: latchkey token issue --help\n"},
        {{"version", "--zzzzzzzz"},
         "latchkey: --zzzzzzzz: no such option\n  try: latchkey version --help\n"}};
    for (const auto& [arguments, message] : rows) {
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 2) << arguments.front();
        EXPECT_EQ(r.err, message);
    }
}

TEST(CommandLine, TakesCommonOptionsBeforeAndAfterTheCommand) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"-o", "json", "config", "show", "--set", "server.threads=3"},
          {"config", "-o", "json", "--set", "server.threads=3", "show"},
          {"config", "show", "--set=server.threads=3", "--output=json"},
          {"--set", "server.threads=3", "config", "show", "-ojson"}}) {
        const auto r = run(arguments);
        ASSERT_EQ(r.status, 0) << r.err;
        EXPECT_EQ(boost::json::parse(r.out).at("server.threads").at("value"), boost::json::value(3));
    }
}

TEST(CommandLine, TakesAnOptionThatMayBeRepeatedOneValueAtATime) {
    const auto r =
        run({"config", "-o", "json", "--set", "server.threads=3", "--set", "hashing.threads=4", "show"});
    ASSERT_EQ(r.status, 0) << r.err;
    const auto json = boost::json::parse(r.out);
    EXPECT_EQ(json.at("server.threads").at("value"), boost::json::value(3));
    EXPECT_EQ(json.at("hashing.threads").at("value"), boost::json::value(4));
}

TEST(CommandLine, TakesACommandsNameAsAnArgument) {
    // The user is called `list`; the store named is none, so the command gets as far as that.
    const auto r = run({"user", "show", "list", "--data-dir", "/nonexistent/latchkey"});
    EXPECT_EQ(r.status, 1);
    EXPECT_THAT(r.err, HasSubstr("/nonexistent/latchkey"));
}

TEST(CommandLine, RefusesAPasswordOptionWithoutShowingItsValue) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"user", "add", "bob", "--password", "hunter2"},
          {"user", "add", "bob", "--password=hunter2"},
          {"user", "add", "bob", "-p", "hunter2"},
          {"user", "add", "bob", "-phunter2"},
          {"user", "passwd", "bob", "--password=hunter2"}}) {
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 2);
        EXPECT_THAT(r.err, HasSubstr("--password-stdin"));
        EXPECT_THAT(r.err, Not(HasSubstr("hunter2")));
    }
}

TEST(CommandLine, NeverShowsAnArgumentTooManyOrAnOptionsValue) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"user", "passwd", "bob", "hunter2"},
          {"user", "add", "bob", "--pasword=hunter2"},
          {"user", "passwd", "--", "bob", "-xhunter2"},
          {"--set", "hunter2", "version"},
          {"config", "show", "--set", "tokens.secret=hunter2"}}) {
        const auto r = run(arguments);
        EXPECT_NE(r.status, 0);
        EXPECT_THAT(r.err, Not(HasSubstr("hunter2")));
        EXPECT_NE(r.err, "");
    }
}

TEST(CommandLine, RefusesATokenAsAnArgumentWithoutShowingIt) {
    for (const auto* command : {"verify", "inspect"}) {
        const auto r = run({"token", command, "eyJhbGciOiJub25lIn0.e30."});
        EXPECT_EQ(r.status, 2);
        EXPECT_THAT(r.err, HasSubstr(std::string("| latchkey token ") + command));
        EXPECT_THAT(r.err, Not(HasSubstr("eyJ")));
    }
}

TEST(CommandLine, JudgesAClientBeforeItOpensTheStore) {
    const std::tuple<std::vector<std::string>, std::string> rows[] = {
        {{"--grant", "pasword"}, "try: --grant password\n"},
        {{"--grant", "client_credential"}, "try: --grant client_credentials\n"},
        {{"--id", "a b"}, "--id: must be 1 to 64"},
        {{"--access-lifetime", "15"}, "--access-lifetime: "},
        {{"--access-lifetime", "25h"}, "access_lifetime"},
        {{"--public", "--grant", "client_credentials"}, "public client"}};
    for (const auto& [options, message] : rows) {
        std::vector<std::string> arguments{"client", "add", "web", "--data-dir", "/nonexistent/latchkey"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 2) << r.err;
        EXPECT_THAT(r.err, HasSubstr(message));
    }
}

TEST(CommandLine, WantsTheUserName) {
    const auto r = run({"user", "show"});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, "latchkey: user show: NAME is required\n  try: latchkey user show --help\n");
}

TEST(CommandLine, WantsAValueBehindAnOption) {
    EXPECT_EQ(run({"version", "--set"}).status, 2);
    EXPECT_EQ(run({"user", "list", "-o"}).err,
              "latchkey: user list: --output needs a value\n  try: latchkey user list --help\n");
    EXPECT_EQ(run({"version", "-o", "yaml"}).status, 2);
    EXPECT_EQ(run({"version", "--set", "=1"}).status, 2);
}

TEST(CommandLine, ShowsHelpOfEveryCommand) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"serve", "--help"},
                                                      {"user", "add", "-h"},
                                                      {"key", "new", "--help"}}) {
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 0);
        EXPECT_EQ(r.err, "");
        EXPECT_THAT(r.out, HasSubstr("--help"));
        EXPECT_THAT(r.out, HasSubstr("--config"));
    }
    EXPECT_THAT(run({"user", "--help"}).out, HasSubstr("passwd"));
    EXPECT_THAT(run({"user", "add", "--help"}).out, HasSubstr("--password-stdin"));
    EXPECT_THAT(run({"--help"}).out, HasSubstr("serve"));
}

TEST(CommandLine, SpeaksOfPasswordsOnlyWhereTheyAreTaken) {
    EXPECT_EQ(run({"version", "x"}).err,
              "latchkey: version: an argument too many\n  try: latchkey version --help\n");
    EXPECT_THAT(run({"user", "passwd", "bob", "x"}).err, HasSubstr("passwords are never arguments"));
}

TEST(CommandLine, TellsTheVersionWhereEveryProgramDoes) {
    const auto r = run({"--version"});
    EXPECT_EQ(r.status, 0);
    EXPECT_THAT(r.out, testing::MatchesRegex("latchkey [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, NamesVersionsAsTextAndAsJson) {
    EXPECT_THAT(run({"version"}).out, HasSubstr("latchkey"));
    const auto json = boost::json::parse(run({"version", "-o", "json"}).out);
    for (const auto* part : {"latchkey", "boost", "openssl", "libsodium", "sqlite"})
        EXPECT_FALSE(json.at(part).as_string().empty()) << part;
}

TEST(CommandLine, RefusesToKeepWhatDevThrowsAway) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"dev", "--data-dir", "/var/lib/latchkey"},
          {"dev", "--set", "data_dir=/var/lib/latchkey"},
          {"dev", "--set", "store.url=sqlite:/var/lib/latchkey/latchkey.db"}}) {
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 2) << r.err;
        EXPECT_THAT(r.err, HasSubstr("latchkey serve"));
    }
}

TEST(CommandLine, ChecksAHealthUrl) {
    for (const auto* url : {"127.0.0.1:9090", "https://127.0.0.1/readyz", "http://", "ftp://a/b"})
        EXPECT_EQ(run({"healthcheck", "--url", url}).status, 2) << url;
}

}  // namespace
}  // namespace latchkey::cli
