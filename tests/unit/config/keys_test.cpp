#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <set>

namespace latchkey::config {
namespace {

TEST(Keys, HaveDistinctNamesAndVariables) {
    std::set<std::string> names, variables;
    for (const auto& k : keys()) {
        EXPECT_TRUE(names.emplace(k.name).second) << k.name;
        EXPECT_TRUE(variables.insert(environment_name(k)).second) << k.name;
    }
}

TEST(Keys, OfASectionStandTogether) {
    std::set<std::string_view> finished;
    std::string_view current;
    for (const auto& k : keys()) {
        if (section_of(k) == current) continue;
        EXPECT_TRUE(finished.insert(section_of(k)).second) << k.name;
        current = section_of(k);
    }
}

TEST(Keys, TakeTheirOwnDefault) {
    for (const auto& k : keys()) {
        settings s;
        const auto text = k.format(s);
        const auto bad = k.assign(k, s, text);
        EXPECT_FALSE(bad.has_value()) << k.name << ": " << (bad ? bad->reason : "");
        EXPECT_EQ(k.format(s), text) << k.name;
    }
}

/// Sets each key to something else and sees that only this key has changed: no row writes into another's
/// member.
TEST(Keys, ChangeTheirOwnMemberOnly) {
    for (const auto& k : keys()) {
        settings s;
        std::string changed;
        for (const std::string_view other : {"1", "true", "false", "11s", "90s", "127.0.0.1:1", "2048",
                                             "32MiB", "3", "9", "64", "json", "warn", "ES256"})
            if (!k.assign(k, s, other) && k.format(s) != k.format(settings{})) {
                changed = other;
                break;
            } else {
                s = settings{};
            }
        ASSERT_FALSE(changed.empty()) << k.name;
        for (const auto& other : keys())
            EXPECT_EQ(other.format(s) == other.format(settings{}), &other != &k)
                << k.name << " and " << other.name;
    }
}

TEST(Keys, RefuseValuesOutsideTheirRange) {
    const auto& lifetime = *find_key("tokens.access_lifetime");
    settings s;
    for (const auto* inside : {"10s", "24h", "15m"})
        EXPECT_FALSE(lifetime.assign(lifetime, s, inside)) << inside;
    s = settings{};
    EXPECT_EQ(lifetime.assign(lifetime, s, "9s")->reason, "9s is too small");
    EXPECT_EQ(lifetime.assign(lifetime, s, "9s")->remedy, "at least 10s");
    EXPECT_EQ(lifetime.assign(lifetime, s, "86401s")->remedy, "at most 24h");
    EXPECT_EQ(s.tokens.access_lifetime, seconds{900}) << "a refused value was set";
}

TEST(Keys, RefuseWhatIsNoneOfTheirChoicesAndNameTheNearest) {
    const auto& algorithm = *find_key("tokens.algorithm");
    settings s;
    for (const auto* choice : {"HS256", "ES256", "RS256", "EdDSA"})
        EXPECT_FALSE(algorithm.assign(algorithm, s, choice)) << choice;
    EXPECT_EQ(algorithm.assign(algorithm, s, "EDDSA")->reason,
              "`EDDSA` is none of HS256, ES256, RS256, EdDSA");
    EXPECT_EQ(algorithm.assign(algorithm, s, "RS526")->remedy, "write RS256");
    for (const auto* bad : {"none", "", "hs256", "HS256|ES256", "HS512"})
        EXPECT_TRUE(algorithm.assign(algorithm, s, bad)) << bad;
}

TEST(Keys, AreNamedInTheEnvironmentByTheirSection) {
    EXPECT_EQ(environment_name(*find_key("server.management_listen")), "LATCHKEY_SERVER_MANAGEMENT_LISTEN");
    EXPECT_EQ(environment_name(*find_key("data_dir")), "LATCHKEY_DATA_DIR");
}

TEST(Keys, HaveTheNamesThatScriptsRelyOn) {
    for (const auto* name : {"server.listen",
                             "server.management_listen",
                             "server.threads",
                             "server.root_path",
                             "server.trusted_proxies",
                             "server.grace",
                             "tls.certificate",
                             "tls.key",
                             "cors.origins",
                             "tokens.issuer",
                             "tokens.algorithm",
                             "tokens.audience",
                             "tokens.access_lifetime",
                             "passwords.min_length",
                             "hashing.threads",
                             "hashing.memory_budget",
                             "hashing.queue_deadline",
                             "store.url",
                             "log.format",
                             "docs.enabled",
                             "data_dir"})
        EXPECT_NE(find_key(name), nullptr) << name;
    EXPECT_EQ(find_key("server"), nullptr);
    EXPECT_EQ(find_key(""), nullptr);
}

TEST(NearestKey, CorrectsSpellingAndSection) {
    EXPECT_EQ(nearest_key("server.lisen"), "server.listen");
    EXPECT_EQ(nearest_key("sevrer.listen"), "server.listen");
    EXPECT_EQ(nearest_key("listen"), "server.listen");
    EXPECT_EQ(nearest_key("http.listen"), "server.listen");
    EXPECT_EQ(nearest_key("access_lifetime"), "tokens.access_lifetime");
    EXPECT_EQ(nearest_key("token.acess_lifetime"), "tokens.access_lifetime");
    EXPECT_EQ(nearest_key("colour"), "");
}

TEST(Reload, TakesOverWhatMayChangeAndNamesTheRest) {
    settings running, fresh;
    fresh.log.level = "debug";
    fresh.tls.certificate = "/new.pem";
    fresh.server.threads = 7;
    EXPECT_EQ(reload(running, fresh), std::vector<std::string_view>{"server.threads"});
    EXPECT_EQ(running.log.level, "debug");
    EXPECT_EQ(running.tls.certificate, "/new.pem");
    EXPECT_EQ(running.server.threads, 0u);
}

}  // namespace
}  // namespace latchkey::config
