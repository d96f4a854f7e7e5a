#include "passwords/sodium_engine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace latchkey::passwords {
namespace {

constexpr argon2_parameters small{64, 1, 1};

struct SodiumEngine : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }
    sodium_engine engine;
};

struct known {
    const char* password;
    const char* phc;
};
constexpr known foreign_shapes[] = {
    // phc-winner-argon2 src/test.c
    {"password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
    {"password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
    {"password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"},
    {"password", "$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E"},
};

TEST_F(SodiumEngine, AcceptsThePasswordOfHashesMadeElsewhere) {
    for (const auto& row : foreign_shapes) {
        const auto verdict = verify_password(engine, secret(std::string_view(row.password)), row.phc);
        ASSERT_TRUE(verdict) << row.phc;
        EXPECT_TRUE(*verdict) << row.phc;
    }
}

TEST_F(SodiumEngine, RefusesAnotherPasswordForHashesMadeElsewhere) {
    for (const auto& row : foreign_shapes) {
        const auto verdict = verify_password(engine, secret(std::string_view("passwore")), row.phc);
        ASSERT_TRUE(verdict) << row.phc;
        EXPECT_FALSE(*verdict) << row.phc;
    }
}

TEST_F(SodiumEngine, VerifiesWhatItHashed) {
    for (const std::string password : {"", "x", "correct horse battery staple"}) {
        const auto phc = hash_password(engine, secret(std::string_view(password)), small);
        ASSERT_TRUE(phc);
        EXPECT_TRUE(verify_password(engine, secret(std::string_view(password)), *phc).value());
        EXPECT_FALSE(verify_password(engine, secret(std::string_view(password + "!")), *phc).value());
    }
}

TEST_F(SodiumEngine, SaltsEveryHashAnew) {
    const secret password(std::string_view("the same"));
    EXPECT_NE(*hash_password(engine, password, small), *hash_password(engine, password, small));
}

TEST_F(SodiumEngine, TellsNoMemoryFromAWrongPassword) {
    auto hash = parse_phc(*hash_password(engine, secret(std::string_view("x")), small));
    ASSERT_TRUE(hash);
    hash->parameters.memory_kib = 0xFFFFFFFFU;    // 4 TiB: more than can be mapped
    for (const std::uint32_t lanes : {1U, 2U}) {  // derived and compared; left to libsodium's own verify
        hash->parameters.lanes = lanes;
        const auto verdict = engine.verify(secret(std::string_view("x")), *hash);
        ASSERT_FALSE(verdict);
        EXPECT_EQ(verdict.error(), errc::out_of_memory);
    }
}

TEST_F(SodiumEngine, RefusesToDeriveAShapeItCanOnlyVerify) {
    const secret password(std::string_view("x"));
    const std::array<std::uint8_t, 16> salt{};
    std::array<std::uint8_t, 32> tag{};
    const derivation two_lanes{password, salt, {64, 1, 2}, argon2_variant::argon2id, tag};
    const derivation short_salt{password, std::span(salt).first(8), small, argon2_variant::argon2id, tag};
    const derivation hasty_argon2i{password, salt, {64, 2, 1}, argon2_variant::argon2i, tag};
    for (const auto* d : {&two_lanes, &short_salt, &hasty_argon2i}) {
        const auto derived = engine.derive(*d);
        ASSERT_FALSE(derived);
        EXPECT_EQ(derived.error(), errc::unsupported_hash);
    }
}

}  // namespace
}  // namespace latchkey::passwords
