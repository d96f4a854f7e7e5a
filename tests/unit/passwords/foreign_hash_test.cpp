#include "passwords/foreign/foreign_hash.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "passwords/engine.hpp"
#include "passwords/foreign/keycloak.hpp"
#include "passwords/hash_mix.hpp"
#include "passwords/sodium_engine.hpp"
#include "passwords/stored_hash.hpp"

namespace latchkey::passwords {
namespace {

/// Tab-separated lines of tests/vectors/foreign_hashes/.
std::vector<std::vector<std::string>> rows_of(const std::string& file) {
    std::ifstream in(LATCHKEY_SOURCE_DIR "/tests/vectors/foreign_hashes/" + file);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line);) {
        auto& row = rows.emplace_back();
        for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
            end = line.find('\t', start);
            row.push_back(line.substr(start, end == std::string::npos ? end : end - start));
        }
    }
    return rows;
}

constexpr std::string_view plain = "correct horse battery staple";

secret of(std::string_view text) {
    return secret(text);
}

struct ForeignHash : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }
    memory_ledger ledger{512 * 1024 * 1024};
    sodium_engine sodium;

    result<bool> verify(const std::string& stored, std::string_view password) {
        const auto hash = parse_stored(stored);
        if (!hash) return hash.error();
        if (const auto* argon2 = std::get_if<argon2_hash>(&*hash))
            return sodium.verify(of(password), *argon2);
        return foreign::verify(std::get<foreign::foreign_hash>(*hash), of(password), ledger);
    }
};

TEST_F(ForeignHash, AcceptsThePasswordOfEveryFrameworksHash) {
    const auto rows = rows_of("vectors.tsv");
    ASSERT_GE(rows.size(), 60U);
    for (const auto& row : rows) {
        const auto match = verify(row.at(2), row.at(1));
        ASSERT_TRUE(match) << row[0] << " " << row[2] << " " << name(match.error());
        EXPECT_TRUE(*match) << row[0] << " " << row[2];
    }
    EXPECT_EQ(ledger.held(), 0U);
}

TEST_F(ForeignHash, RefusesAnotherPasswordForEveryFrameworksHash) {
    for (const auto& row : rows_of("vectors.tsv")) {
        if (row.at(1) != plain) continue;  // one of each kind
        const auto match = verify(row.at(2), row.at(1) + "x");
        ASSERT_TRUE(match) << row[0];
        EXPECT_FALSE(*match) << row[0] << " " << row[2];
    }
}

TEST_F(ForeignHash, AcceptsWhatKeycloakExports) {
    const auto rows = rows_of("keycloak.tsv");
    ASSERT_EQ(rows.size(), 4U);
    for (const auto& row : rows) {
        const auto stored = foreign::from_keycloak(row.at(1), row.at(2));
        ASSERT_TRUE(stored) << row[1];
        EXPECT_TRUE(verify(*stored, row[0]).value()) << *stored;
        EXPECT_FALSE(verify(*stored, "x").value()) << *stored;
    }
}

TEST_F(ForeignHash, RefusesMalformedKeycloakExports) {
    const std::string data = R"({"hashIterations":27500,"algorithm":"pbkdf2-sha256"})";
    const std::string secrets = R"({"value":"AAAA","salt":"AAAA"})";
    ASSERT_TRUE(foreign::from_keycloak(data, secrets));
    for (const std::string bad :
         {"", "[]", "{", "null", R"({"algorithm":"pbkdf2-sha256"})", R"({"hashIterations":1})",
          R"({"hashIterations":"1","algorithm":"pbkdf2"})", R"({"hashIterations":1,"algorithm":"md5"})",
          R"({"hashIterations":1,"algorithm":"argon2"})",
          R"({"hashIterations":1,"algorithm":"argon2","additionalParameters":{"memory":[]}})"})
        EXPECT_FALSE(foreign::from_keycloak(bad, secrets)) << bad;
    for (const std::string bad : {"", "{}", R"({"value":1,"salt":"AAAA"})", R"({"value":"AAAA"})"})
        EXPECT_FALSE(foreign::from_keycloak(data, bad)) << bad;
}

const std::string bcrypt53 = "48eIy158JFJoeG8z2IagZu/ikVE5pbGJ86fQ2KAIgFE3vjDPm3fDi";
const std::string sha86(86, 'a');
const std::string yescrypt_tail = "$p9DZErwVJf3Ee8Cv1BrsZ/$WirpGRT/26q/N0s7TSFcBUc80W8EpnX375cEM/gRfgD";
const std::string hex64(64, 'a');
const std::string b44 = "l3Oml60KX/j7jVWjhHWCgYIJ7HJKCCNhZsU/+qNnq7g=";

TEST_F(ForeignHash, RefusesWhatIsMalformedOrCostsTooMuch) {
    const std::string bad[] = {
        "",
        "$",
        "plain",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$2x$05$" + bcrypt53,
        "$2$05$" + bcrypt53,
        "$2b$03$" + bcrypt53,
        "$2b$16$" + bcrypt53,
        "$2b$31$" + bcrypt53,
        "$2b$99$" + bcrypt53,
        "$2b$5$" + bcrypt53,
        "$2b$0:$" + bcrypt53,
        "$2b$05$" + bcrypt53.substr(1),
        "$2b$05$" + bcrypt53 + "a",
        "$2b$05$" + bcrypt53.substr(1) + "!",
        "$2b$05$" + bcrypt53.substr(1) + std::string(1, '\0'),
        "bcrypt$$6$abc$" + sha86,
        "bcrypt$bcrypt$$2b$05$" + bcrypt53,
        "$6$rounds=999$abc$" + sha86,
        "$6$rounds=1000001$abc$" + sha86,
        "$6$rounds=05000$abc$" + sha86,
        "$6$abc$" + sha86.substr(1),
        "$6$abcdefghabcdefghi$" + sha86,
        "$6$a:c$" + sha86,
        "$y$j9T",
        "$y$" + yescrypt_tail,
        "$y$jFT" + yescrypt_tail,  // N = 2^18 with r = 32: a gibibyte
        "$y$jzT" + yescrypt_tail,
        "$y$j9zzzzzz" + yescrypt_tail,
        "$y$j9T." + yescrypt_tail,  // p
        "$y$j9T$" + yescrypt_tail,
        "$7$zU..../....salt$" + std::string(43, 'a'),
        "$7$BU..",
        "$7$B.........../$" + std::string(43, 'a'),  // r = 0
        "pbkdf2_sha256$0$salt$" + b44,
        "pbkdf2_sha256$10000001$salt$" + b44,
        "pbkdf2:sha256:5000001$salt$" + hex64 + hex64,  // two blocks
        "pbkdf2_sha256$1$$" + b44,
        "pbkdf2_sha256$1$salt$",
        "pbkdf2_sha256$1$salt$" + b44.substr(0, 43),
        "pbkdf2_sha256$1$salt",
        "pbkdf2_md5$1$salt$" + b44,
        "$pbkdf2-sha256$1$AAAA+AAA$" + b44,
        "pbkdf2:sha256:1$salt$" + std::string(64, 'A'),
        "pbkdf2:sha256:1$salt$" + hex64.substr(1),
        "pbkdf2:md5:1$salt$" + hex64,
        "scrypt:32767:8:1$salt$" + hex64,
        "scrypt:1:8:1$salt$" + hex64,
        "scrypt:4194304:8:1$salt$" + hex64,
        "scrypt:32768:8:17$salt$" + hex64,
        "scrypt:32768:1024:1$salt$" + hex64,
        "scrypt:32768:8:1$$" + hex64,
        "scrypt$16384$salt$8$" + b44,
        "$scrypt$ln=31,r=8,p=1$AAAA$" + b44.substr(0, 43),
        "$scrypt$ln=4294967295,r=8,p=1$AAAA$" + b44.substr(0, 43),
        "$fbscrypt$v=2,n=14,r=8,p=1,ss=Bw==,sk=" + b44 + "$AAAA$" + b44,
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=" + b44 +
            "$AAAA$AAAAAAAAAAAAAAAAAAAAAA==",  // shorter than the key
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=$AAAA$",
        "argon2$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "pbkdf2_sha256$1$" + std::string(600, 's') + "$" + b44,
    };
    for (const auto& text : bad) {
        const auto hash = parse_stored(text);
        ASSERT_FALSE(hash) << text;
        EXPECT_EQ(hash.error(), errc::unsupported_hash);
    }
}

TEST_F(ForeignHash, TakesBcryptSaltsWhoseSpareBitsAreSet) {
    for (const auto& row : rows_of("vectors.tsv")) {
        if (!row.at(2).starts_with("$2") || row.at(1) != plain) continue;
        constexpr std::string_view digits =
            "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        auto stored = row.at(2);
        stored[28] = digits[digits.find(stored[28]) + 15];
        EXPECT_TRUE(verify(stored, row.at(1)).value()) << stored;
        EXPECT_FALSE(verify(stored, "another").value()) << stored;
    }
}

TEST_F(ForeignHash, NeverMatchesAPasswordThatCryptCannotTake) {
    // crypt(3) would stop at the NUL, and take "x\0anything" for "x".
    for (const auto& row : rows_of("vectors.tsv")) {
        if (!row.at(0).starts_with("libxcrypt") && !row.at(0).starts_with("passlib bcrypt")) continue;
        const std::string with_nul = row[1] + std::string("\0more", 5);
        EXPECT_FALSE(verify(row.at(2), with_nul).value()) << row[0];
        if (row[0] != "libxcrypt bcrypt") {
            EXPECT_FALSE(verify(row.at(2), std::string(600, 'x')).value()) << row[0];
        }
    }
}

TEST_F(ForeignHash, CountsItsMemoryInTheBudget) {
    memory_ledger poor(1024 * 1024);
    for (const auto& row : rows_of("vectors.tsv")) {
        const auto hash = parse_stored(row.at(2));
        ASSERT_TRUE(hash);
        const auto* theirs = std::get_if<foreign::foreign_hash>(&*hash);
        if (theirs == nullptr || foreign::memory_of(*theirs) == 0) continue;
        EXPECT_EQ(foreign::verify(*theirs, of(row[1]), poor).error(), errc::out_of_memory) << row[0];
        EXPECT_EQ(poor.held(), 0U);
    }
}

TEST_F(ForeignHash, KnowsTheCostOfWhatItReads) {
    const auto units = [](const std::string& text) { return work_of(*parse_stored(text)).units; };
    EXPECT_EQ(units("$2b$05$" + bcrypt53), 32);
    EXPECT_EQ(units("$6$abc$" + sha86), 5000);
    EXPECT_EQ(units("$6$rounds=9000$abc$" + sha86), 9000);
    EXPECT_EQ(units("$y$j9T" + yescrypt_tail), 4096 * 32);
    EXPECT_EQ(units("$y$j75" + yescrypt_tail), 1024 * 8);
    EXPECT_EQ(units("$7$BU..../....abc$" + std::string(43, 'a')), 8192 * 32);
    EXPECT_EQ(units("scrypt:32768:8:1$salt$" + hex64), 32768 * 8);
    EXPECT_EQ(units("pbkdf2:sha256:5000$salt$" + hex64), 5000);
    EXPECT_EQ(units("pbkdf2:sha1:5000$salt$" + hex64), 10000);  // 32 bytes are two blocks of SHA-1
}

TEST_F(ForeignHash, HasADummyOfTheSameFormatAndCostThatThePasswordDoesNotMatch) {
    for (const auto& row : rows_of("vectors.tsv")) {
        const auto dummy = dummy_like(row.at(2));
        EXPECT_NE(dummy, row[2]);
        const auto hash = parse_stored(dummy);
        ASSERT_TRUE(hash) << dummy;
        const auto original = work_of(*parse_stored(row[2]));
        EXPECT_EQ(work_of(*hash).kind, original.kind);
        EXPECT_EQ(work_of(*hash).units, original.units);
        if (row[1] != plain || row[0].find("by default") != std::string::npos) continue;  // time
        EXPECT_FALSE(verify(dummy, row[1]).value()) << dummy;
    }
}

struct HashMix : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }
    static constexpr argon2_parameters small{64, 1, 1};
    hash_mix mix{small, {1, 2, 3}};
    const std::string bcrypt = "$2b$05$" + bcrypt53;

    std::vector<std::string> sample(int ours, int theirs) const {
        std::vector<std::string> all(static_cast<std::size_t>(ours), mix.usual());
        all.insert(all.end(), static_cast<std::size_t>(theirs), bcrypt);
        return all;
    }
    int bcrypts_in_1000(const hash_mix& m) const {
        int n = 0;
        for (int i = 0; i < 1000; ++i)
            n += m.dummy_for("nobody" + std::to_string(i)).starts_with("$2b$05$");
        return n;
    }
};

TEST_F(HashMix, IsTheConfiguredCostUntilItKnowsMore) {
    EXPECT_EQ(mix.dummy_for("nobody"), mix.usual());
    mix.follow({});
    EXPECT_EQ(mix.dummy_for("nobody"), mix.usual());
    mix.follow({"garbage"});
    EXPECT_EQ(mix.dummy_for("nobody"), mix.usual());
}

TEST_F(HashMix, GivesAsManyNamesAForeignCostAsUsersHaveIt) {
    mix.follow(sample(70, 30));
    EXPECT_NEAR(bcrypts_in_1000(mix), 300, 60);
    mix.follow(sample(0, 5));
    EXPECT_EQ(bcrypts_in_1000(mix), 1000);
    mix.follow(sample(5, 0));
    EXPECT_EQ(bcrypts_in_1000(mix), 0);
}

TEST_F(HashMix, GivesANameTheSameCostEachTimeAndInEveryProcessWithTheKey) {
    hash_mix elsewhere{small, {1, 2, 3}};
    hash_mix other_key{small, {4, 5, 6}};
    for (auto* m : {&mix, &elsewhere, &other_key})
        m->follow(sample(50, 50));
    int differ = 0;
    for (int i = 0; i < 200; ++i) {
        const auto name = "nobody" + std::to_string(i);
        const bool here = mix.dummy_for(name).starts_with("$2b$");
        EXPECT_EQ(here, mix.dummy_for(name).starts_with("$2b$"));
        EXPECT_EQ(here, elsewhere.dummy_for(name).starts_with("$2b$"));
        differ += here != other_key.dummy_for(name).starts_with("$2b$");
    }
    EXPECT_GT(differ, 50);
}

TEST_F(HashMix, MovesFewNamesWhenAFewUsersMove) {
    hash_mix later{small, {1, 2, 3}};
    mix.follow(sample(50, 50));
    later.follow(sample(55, 45));
    int moved = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto name = "nobody" + std::to_string(i);
        moved += mix.dummy_for(name).starts_with("$2b$") != later.dummy_for(name).starts_with("$2b$");
    }
    EXPECT_NEAR(moved, 50, 30);
}

}  // namespace
}  // namespace latchkey::passwords
