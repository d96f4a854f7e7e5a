#include "config/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::config {
namespace {

std::vector<std::string> refused(std::vector<assignment> options) {
    sources s;
    s.options = std::move(options);
    std::vector<std::string> keys;
    for (const auto& p : load(s, std::nullopt).problems) {
        EXPECT_FALSE(p.why.empty()) << p.what;
        EXPECT_FALSE(p.remedy.empty()) << p.what;
        keys.push_back(p.what);
    }
    return keys;
}

std::vector<std::string> refused(std::string key, std::string value) {
    return refused({{"--set", std::move(key), std::move(value)}});
}

const std::vector<std::string> nothing;

void expect_good(const std::string& key, std::initializer_list<const char*> rows) {
    for (const auto* row : rows)
        EXPECT_EQ(refused(key, row), nothing) << key << "=" << row;
}

void expect_bad(const std::string& key, std::initializer_list<const char*> rows) {
    for (const auto* row : rows)
        EXPECT_EQ(refused(key, row), std::vector{key}) << key << "=" << row;
}

TEST(Check, AdmitsTheDefaults) {
    EXPECT_EQ(refused({}), nothing);
}

TEST(Check, WantsCertificateAndKeyTogether) {
    EXPECT_EQ(refused("tls.certificate", "/c.pem"), std::vector<std::string>{"tls.certificate"});
    EXPECT_EQ(refused("tls.key", "/k.pem"), std::vector<std::string>{"tls.key"});
    EXPECT_EQ(refused({{"--set", "tls.certificate", "/c.pem"}, {"--set", "tls.key", "/k.pem"}}), nothing);
}

TEST(Check, WantsARootPathThatReadsTheSameEverywhere) {
    expect_good("server.root_path", {"", "/api", "/api/v1", "/A-b_c.d~e", "/..a"});
    expect_bad("server.root_path", {"/", "api", "/api/", "//api", "/a//b", "/a/../b", "/a/.", "/..", "/a b",
                                    "/a?b", "/a#b", "/a%2Fb", "/a;b", "/\\a", "/\xc3\xa4", "http://x/y"});
}

TEST(Check, WantsOriginsAsBrowsersSendThem) {
    expect_good("cors.origins",
                {"", "*", "https://app.example.com", "http://localhost:5173", "https://a,https://b:8443",
                 "capacitor://localhost", "http://[::1]:3000", "http://127.0.0.1"});
    expect_bad("cors.origins",
               {"app.example.com", "https://app.example.com/", "https://a/path", "https://A.example",
                "HTTPS://a", "https://a:443", "http://a:80", "https://a:0", "https://a:65536",
                "https://a:", "https://", "null", "https://*.example.com", "https://user@a", "https://a?b",
                "http://[::1", "https://a:080", "://a", "http://localhost:*"});
}

TEST(Check, WantsProxiesAsAddressesOrNetworks) {
    expect_good("server.trusted_proxies",
                {"", "127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "10.0.0.0/8,192.168.1.1"});
    expect_bad("server.trusted_proxies",
               {"proxy", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "fd00::/129", "*", "10.0.0.0/-1"});
}

TEST(Check, WantsIssuerAndAudienceWithoutBlanks) {
    expect_good("tokens.issuer", {"latchkey", "https://auth.example.com/"});
    expect_bad("tokens.issuer", {"", "my service", "latchkey\xc3\xa4", "\"", "\\"});
    EXPECT_EQ(refused("tokens.issuer", std::string(256, 'x')), std::vector<std::string>{"tokens.issuer"});
    expect_good("tokens.audience", {"", "api"});
    expect_bad("tokens.audience", {"my api"});
}

TEST(Check, RefusesTwoListenersOnOnePort) {
    const auto listeners = [](const char* a, const char* b) {
        return refused(
            {{"--listen", "server.listen", a}, {"--management-listen", "server.management_listen", b}});
    };
    const std::vector<std::string> clash{"server.management_listen"};
    EXPECT_EQ(listeners("127.0.0.1:8080", "127.0.0.1:8080"), clash);
    EXPECT_EQ(listeners(":8080", "127.0.0.1:8080"), clash);
    EXPECT_EQ(listeners("127.0.0.1:8080", "[::]:8080"), clash);
    EXPECT_EQ(listeners("127.0.0.1:8080", "127.0.0.2:8080"), nothing);
    EXPECT_EQ(listeners("127.0.0.1:0", "127.0.0.1:0"), nothing);
}

TEST(Check, RefusesArgon2BelowTheMinimumOfOwasp) {
    const auto cost = [](const char* memory, const char* passes) {
        return refused({{"--set", "hashing.memory", memory}, {"--set", "hashing.passes", passes}});
    };
    const std::vector<std::string> weak{"hashing.passes"};
    EXPECT_EQ(cost("46MiB", "1"), nothing);
    EXPECT_EQ(cost("45MiB", "1"), weak);
    EXPECT_EQ(cost("19MiB", "2"), nothing);
    EXPECT_EQ(cost("18MiB", "2"), weak);
    EXPECT_EQ(cost("12MiB", "3"), nothing);
    EXPECT_EQ(cost("9MiB", "4"), nothing);
    EXPECT_EQ(cost("7MiB", "5"), nothing);
    EXPECT_EQ(cost("7MiB", "4"), weak);
    EXPECT_EQ(refused("hashing.memory", "6MiB"), std::vector<std::string>{"hashing.memory"});
    EXPECT_EQ(refused("hashing.memory", "19922945"), std::vector<std::string>{"hashing.memory"});
}

TEST(Check, RefusesArgon2BeyondWhatAStoredHashMayAskFor) {
    const auto cost = [](const char* memory, const char* passes) {
        return refused({{"--set", "hashing.memory", memory}, {"--set", "hashing.passes", passes}});
    };
    EXPECT_EQ(cost("1GiB", "4"), nothing);
    EXPECT_EQ(cost("64MiB", "64"), nothing);
    EXPECT_EQ(cost("1GiB", "5"), std::vector<std::string>{"hashing.passes"});
    EXPECT_EQ(cost("65MiB", "64"), std::vector<std::string>{"hashing.passes"});
}

TEST(Check, WantsTheTargetToFitIntoTheHeader) {
    EXPECT_EQ(refused("limits.target_size", "17KiB"), std::vector<std::string>{"limits.target_size"});
    EXPECT_EQ(refused("limits.target_size", "16KiB"), nothing);
}

TEST(Check, WantsSessionsThatOutliveTheirTokensAndEndInTime) {
    expect_good("sessions.idle_lifetime", {"15m", "90d"});
    expect_bad("sessions.idle_lifetime", {"14m", "91d"});
    expect_good("sessions.absolute_lifetime", {"14d", "3650d"});
    EXPECT_EQ(refused("sessions.absolute_lifetime", "13d"),
              std::vector<std::string>{"sessions.idle_lifetime"});
    EXPECT_EQ(refused("tokens.access_lifetime", "24h"), nothing);
    EXPECT_EQ(
        refused({{"--set", "sessions.refresh_tokens", "false"}, {"--set", "sessions.idle_lifetime", "1m"}}),
        nothing);
    EXPECT_EQ(refused({{"--set", "sessions.idle_lifetime", "5m"},
                       {"--set", "tokens.access_lifetime", "1m"},
                       {"--set", "tokens.refresh_reuse_window", "5m"}}),
              std::vector<std::string>{"tokens.refresh_reuse_window"});
}

TEST(Check, WantsKeysThatLiveLongEnoughToBePublishedFirst) {
    expect_good("tokens.key_lifetime", {"0s", "1h", "3650d"});
    expect_bad("tokens.key_lifetime", {"1ms", "15m", "3599s"});
}

TEST(Check, KnowsTheStoresOfThisVersion) {
    expect_good("store.url", {"", "sqlite:/var/lib/latchkey/latchkey.db", "sqlite:relative.db"});
    expect_bad("store.url", {"sqlite:", "/var/lib/latchkey.db", "mysql://db", "postgresql://u:p@h/d"});
}

TEST(Check, WantsADataDirectory) {
    expect_bad("data_dir", {""});
}

TEST(Check, NamesThePlaceWhereTheValueWasSaid) {
    const auto r = load(sources{}, toml_text{"f.toml", "\n[server]\nroot_path = 'api'\n"});
    ASSERT_EQ(r.problems.size(), 1u);
    EXPECT_EQ(r.problems[0].where, "f.toml:3");
}

TEST(Check, NeverShowsAStoreUrl) {
    sources s;
    s.options.push_back({"--set", "store.url", "postgresql://u:hunter2@h/d"});
    for (const auto& p : load(s, std::nullopt).problems)
        EXPECT_EQ((p.what + p.where + p.why + p.remedy).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace latchkey::config
