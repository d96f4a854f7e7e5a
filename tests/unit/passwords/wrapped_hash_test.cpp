#include "passwords/wrapped_hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <fstream>
#include <set>

#include "passwords/argon2/kernel.hpp"
#include "passwords/hash_mix.hpp"
#include "passwords/hash_pool.hpp"
#include "passwords/sodium_engine.hpp"
#include "passwords/stored_hash.hpp"
#include "support/run_task.hpp"

namespace latchkey::passwords {
namespace {

constexpr argon2_parameters small{64, 1, 1};

struct vector_row {
    std::string maker, password, stored;
};

/// tests/vectors/foreign_hashes/weak.tsv: what the frameworks' own code made.
std::vector<vector_row> rows() {
    std::ifstream in(LATCHKEY_SOURCE_DIR "/tests/vectors/foreign_hashes/weak.tsv");
    std::vector<vector_row> all;
    for (vector_row row; std::getline(in, row.maker, '\t') && std::getline(in, row.password, '\t') &&
                         std::getline(in, row.stored);)
        all.push_back(row);
    return all;
}

std::string hex_of(const secret& bytes) {
    std::string out;
    for (const auto byte : bytes.bytes()) {
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
    }
    return out;
}

struct WrappedHash : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }

    static hash_pool_settings settings() {
        hash_pool_settings s;
        s.threads = 1;
        s.parameters = small;
        return s;
    }
    hash_pool pool{settings()};
    sodium_engine sodium;

    result<verdict> verify(std::string_view password, const std::string& stored) {
        return test::run(pool.verify(secret(password), stored));
    }
    result<std::string> wrap_plainly(std::string_view password) {
        return hash_password(sodium, secret(password), small);
    }
    std::string wrapped(const std::string& weak) {
        return wrap(sodium, foreign::parse_weak(weak).value(), small).value();
    }
};

TEST_F(WrappedHash, AcceptsThePasswordOfEveryFrameworksWeakHashAndNoOther) {
    const auto all = rows();
    ASSERT_GE(all.size(), 60U);
    for (const auto& row : all) {
        const auto weak = foreign::parse_weak(row.stored);
        ASSERT_TRUE(weak) << row.maker << " " << row.stored;
        const auto stored = wrap(sodium, *weak, small).value();
        EXPECT_TRUE(verify(row.password, stored)->match) << row.maker;
        EXPECT_FALSE(verify(row.password + "x", stored)->match) << row.maker;
    }
}

TEST_F(WrappedHash, IsVerifiedInterleavedWithOthers) {
    if (argon2::usable_kernels().empty()) GTEST_SKIP() << "libsodium does not interleave";
    const std::string mixed[] = {wrapped("5f4dcc3b5aa765d61d8327deb882cf99"),
                                 wrap_plainly("password").value()};
    asio::io_context context;
    std::vector<verdict> answers;
    auto caller = [&](std::string stored) -> task<void> {
        auto answer = co_await pool.verify(secret(std::string_view("password")), std::move(stored));
        if (answer) answers.push_back(*answer);
    };
    for (std::size_t i = 0; i < 64; ++i)
        asio::co_spawn(strand(context.get_executor()), caller(mixed[i % 3 == 0 ? 1 : 0]),
                       [](std::exception_ptr) {});
    context.run();
    pool.stop();
    EXPECT_GE(pool.metrics().paired, 32U);
    EXPECT_EQ(answers.size(), 64U);
    EXPECT_EQ(std::ranges::count_if(answers, &verdict::match), 64);
    EXPECT_EQ(std::ranges::count_if(answers, &verdict::outdated), 42);
}

TEST_F(WrappedHash, DoesNotContainTheWeakHash) {
    const auto text = wrapped("5f4dcc3b5aa765d61d8327deb882cf99");
    EXPECT_TRUE(text.starts_with("$wrapped$plain-md5$$argon2id$v=19$m=64,t=1,p=1$")) << text;
    EXPECT_EQ(text.find("5f4dcc"), text.npos);
    EXPECT_EQ(text.find("X03MO1qnZdYdgyfeuILPmQ"), text.npos);
    EXPECT_NE(wrapped("5f4dcc3b5aa765d61d8327deb882cf99"), text) << "equal passwords must not show";
}

TEST_F(WrappedHash, IsOutdatedByAMatchAndOnlyByAMatch) {
    const auto text = wrapped("5f4dcc3b5aa765d61d8327deb882cf99");
    EXPECT_TRUE(verify("password", text)->outdated);
    EXPECT_FALSE(verify("Password", text)->outdated);
}

TEST_F(WrappedHash, IsNotOpenedByTheWeakHashItself) {
    const std::string md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
    EXPECT_FALSE(verify(md5, wrapped(md5))->match);
    const auto raw = foreign::parse_weak(md5)->tag;
    EXPECT_FALSE(verify(std::string(raw.begin(), raw.end()), wrapped(md5))->match);
}

TEST_F(WrappedHash, ReadsAndWritesTheSameText) {
    for (const auto& row : rows()) {
        const auto text = wrapped(row.stored);
        const auto parsed = parse_wrapped(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(format_wrapped(*parsed), text);
        EXPECT_EQ(parsed->inner, foreign::parse_weak(row.stored)->scheme);
    }
}

TEST_F(WrappedHash, ComputesEveryConstruction) {
    // RFC 2104's and hashlib's figures.
    const auto made = [](foreign::weak_construction how, foreign::weak_digest by, std::string_view salt,
                         std::string_view password) {
        const foreign::weak_scheme scheme{how, by, 0, foreign::digest_size(by), {salt.begin(), salt.end()}};
        return hex_of(foreign::compute(scheme, secret(password)).value());
    };
    using enum foreign::weak_construction;
    using enum foreign::weak_digest;
    EXPECT_EQ(made(plain, md5, "", "password"), "5f4dcc3b5aa765d61d8327deb882cf99");
    EXPECT_EQ(made(prefix, md5, "pass", "word"), "5f4dcc3b5aa765d61d8327deb882cf99");
    EXPECT_EQ(made(suffix, md5, "word", "pass"), "5f4dcc3b5aa765d61d8327deb882cf99");
    EXPECT_EQ(made(hmac, md5, "Jefe", "what do ya want for nothing?"), "750c783e6ab0b503eaa86e310a5db738");
    EXPECT_EQ(made(plain, sha1, "", ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST_F(WrappedHash, RefusesWhatIsMalformedOrCostsTooMuch) {
    const std::string outer = "argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA";
    ASSERT_TRUE(parse_wrapped("$wrapped$plain-md5$$" + outer));
    ASSERT_TRUE(parse_wrapped("$wrapped$prefix-md5$AAAA$" + outer));
    ASSERT_TRUE(parse_wrapped("$wrapped$pbkdf2-sha256,i=99999,l=64$AAAA$" + outer));
    const std::string bad[] = {
        "",
        "$wrapped$",
        "$wrapped$plain-md5$$",
        "$wrapped$plain-md5$" + outer,
        "$wrapped$plain-md5$AAAA$" + outer,  // a salt that would not be used
        "$wrapped$prefix-md5$$" + outer,     // none where there must be one
        "$wrapped$prefix-md5$AAA=$" + outer,
        "$wrapped$prefix-md5$AAAB$argon2i$v=19$m=64,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$wrapped$prefix-md4$AAAA$" + outer,
        "$wrapped$prefix-sha2$AAAA$" + outer,
        "$wrapped$prefix-sha5122$AAAA$" + outer,
        "$wrapped$prefix$AAAA$" + outer,
        "$wrapped$infix-md5$AAAA$" + outer,
        "$wrapped$prefix-md5,i=1,l=16$AAAA$" + outer,
        "$wrapped$pbkdf2-md5,i=1,l=16$AAAA$" + outer,
        "$wrapped$pbkdf2-sha256$AAAA$" + outer,
        "$wrapped$pbkdf2-sha256,i=0,l=32$AAAA$" + outer,
        "$wrapped$pbkdf2-sha256,i=100000,l=32$AAAA$" + outer,
        "$wrapped$pbkdf2-sha256,i=1,l=15$AAAA$" + outer,
        "$wrapped$pbkdf2-sha256,i=1,l=65$AAAA$" + outer,
        "$wrapped$prefix-md5$" + std::string(176, 'A') + "$" + outer,
        "$wrapped$plain-md5$$$" + outer,
        "$wrapped$plain-md5$$argon2id$v=19$m=2097152,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
    };
    for (const auto& text : bad)
        EXPECT_FALSE(parse_wrapped(text)) << text;
}

TEST_F(WrappedHash, TakesForWeakOnlyWhatIs) {
    const std::string hex(64, 'a');
    for (const std::string strong : {
             "",
             "!",
             "hunter2",
             "5f4dcc3b5aa765d61d8327deb882cf9",
             "5f4dcc3b5aa765d61d8327deb882cf9g",
             "md5$salt",
             "md5$salt$5f4d",
             "sha1$salt$5f4dcc3b5aa765d61d8327deb882cf99",
             "{SSHA}q/eq1kOINtvlJqojGr3i0O73TUI=",  // no salt behind it
             "{MD5}q/eq1kOINtvlJqojGr3i0O73TUI=",
             "$2b$05$h3ZbAxs5V97AKO1ZcOeh3e2ZgWgnPPeRj8j9giMQzIzafGo6OqvWG",
         })
        EXPECT_FALSE(foreign::parse_weak(strong)) << strong;
    EXPECT_FALSE(foreign::parse_weak("pbkdf2:sha256:100000$salt$" + hex));
    EXPECT_TRUE(foreign::parse_weak("pbkdf2:sha256:99999$salt$" + hex));
    EXPECT_FALSE(foreign::parse_weak("md5$" + std::string(129, 's') + "$5f4dcc3b5aa765d61d8327deb882cf99"));
}

TEST_F(WrappedHash, CountsTheWorkOfBothParts) {
    const auto units = [](const std::string& text) { return work_of(*parse_stored(text)).units; };
    const double outer = work_of(small).units;
    EXPECT_EQ(units(wrapped("5f4dcc3b5aa765d61d8327deb882cf99")), outer);
    const double few = units(wrapped("pbkdf2:sha256:1000$salt$" + std::string(64, 'a')));
    EXPECT_EQ(few, outer + 3000);
    EXPECT_EQ(units(wrapped("pbkdf2:sha256:2000$salt$" + std::string(128, 'a'))), outer + 4 * 3000);
}

TEST_F(WrappedHash, HasADummyOfTheSameCostThatThePasswordDoesNotMatch) {
    std::set<std::string> seen;
    for (const auto& row : rows()) {
        if (!seen.insert(row.maker).second) continue;
        const auto text = wrapped(row.stored);
        const auto dummy = dummy_like(text);
        EXPECT_NE(dummy, text);
        ASSERT_TRUE(parse_wrapped(dummy)) << dummy;
        EXPECT_EQ(work_of(*parse_stored(dummy)).units, work_of(*parse_stored(text)).units);
        EXPECT_FALSE(verify(row.password, dummy)->match);
    }
}

}  // namespace
}  // namespace latchkey::passwords
