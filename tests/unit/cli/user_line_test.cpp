#include "cli/user_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace latchkey::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr unix_time now{std::chrono::milliseconds{1'800'000'000'123}};
constexpr std::string_view hash =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A good line with more members, or with others in their place.
std::string line(const boost::json::object& more = {}) {
    boost::json::object o{{"username", "Bob"}, {"password_hash", hash}};
    for (const auto& [name, value] : more)
        o[name] = value;
    return boost::json::serialize(o);
}

TEST(UserLine, NeedsNameAndHashOnly) {
    const auto parsed = parse_user_line(line(), now);
    ASSERT_TRUE(parsed) << parsed.error().reason;
    const auto& user = parsed->stored.user;
    EXPECT_EQ(user.username, "Bob");
    EXPECT_EQ(parsed->canonical, "bob");
    EXPECT_EQ(parsed->stored.password_hash, hash);
    EXPECT_EQ(user.email, std::nullopt);
    EXPECT_TRUE(user.scopes.empty());
    EXPECT_FALSE(user.disabled);
    EXPECT_EQ(user.id.value.time(), now);
    EXPECT_EQ(user.created_at, now);
    EXPECT_EQ(user.password_changed_at, now);
}

TEST(UserLine, ComesBackAsItWasWritten) {
    users::stored_user stored;
    stored.user.id = {*crypto::uuid::parse("0190163d-8694-739b-aea5-966c26f8ad91")};
    stored.user.username = "J\xc3\xb6rg";
    stored.user.email = "joerg@example.com";
    stored.user.scopes = {"items", "me"};
    stored.user.disabled = true;
    stored.user.created_at = now - std::chrono::hours(48);
    stored.user.updated_at = now - std::chrono::hours(1);
    stored.user.password_changed_at = now - std::chrono::hours(2);
    stored.password_hash = hash;
    const auto text = format_user_line(stored, true);
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    const auto parsed = parse_user_line(text, now);
    ASSERT_TRUE(parsed) << parsed.error().reason;
    EXPECT_EQ(format_user_line(parsed->stored, true), text);
    EXPECT_EQ(parsed->stored.user.id, stored.user.id);
    EXPECT_EQ(parsed->stored.user.created_at, stored.user.created_at);
    EXPECT_EQ(parsed->stored.user.password_changed_at, stored.user.password_changed_at);
    EXPECT_TRUE(parsed->stored.user.disabled);
}

TEST(UserLine, HasTheHashOnlyWhenItIsAskedFor) {
    users::stored_user stored;
    stored.user.username = "bob";
    stored.password_hash = hash;
    EXPECT_THAT(format_user_line(stored, false), Not(HasSubstr("argon2")));
    EXPECT_THAT(parse_user_line(format_user_line(stored, false), now).error().remedy,
                HasSubstr("--with-hashes"));
}

TEST(UserLine, TakesGoodRows) {
    const boost::json::object rows[] = {{{"scopes", {"b", "a", "b"}}},
                                        {{"created_at", "2024-02-29T23:59:59Z"}},
                                        {{"created_at", "1999-12-31T00:00:00.001Z"}},
                                        {{"password_hash", "argon2" + std::string(hash)}},
                                        {{"disabled", true}}};
    for (const auto& row : rows) {
        const auto parsed = parse_user_line(line(row), now);
        EXPECT_TRUE(parsed) << boost::json::serialize(row) << ": " << parsed.error().reason;
    }
    EXPECT_EQ(parse_user_line(line(rows[0]), now)->stored.user.scopes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(rfc3339(parse_user_line(line(rows[1]), now)->stored.user.created_at),
              "2024-02-29T23:59:59.000Z");
}

TEST(UserLine, RefusesBadRowsAndNamesTheMember) {
    const std::pair<boost::json::object, std::string> rows[] = {
        {{{"username", ""}}, "username"},
        {{{"username", " bob"}}, "username"},
        {{{"username", 7}}, "username"},
        {{{"password_hash", "hunter2"}}, "password_hash"},
        {{{"password_hash", nullptr}}, "password_hash"},
        {{{"email", "nobody"}}, "email"},
        {{{"email", nullptr}}, "email"},
        {{{"scopes", "items"}}, "scopes"},
        {{{"scopes", {"two words"}}}, "scopes"},
        {{{"scopes", {1}}}, "scopes"},
        {{{"disabled", "false"}}, "disabled"},
        {{{"disabled", 0}}, "disabled"},
        {{{"id", "bob"}}, "id"},
        {{{"id", "0190163D-8694-739B-AEA5-966C26F8AD91"}}, "id"},
        {{{"created_at", "2023-02-29T00:00:00Z"}}, "created_at"},
        {{{"created_at", "2024-02-29T24:00:00Z"}}, "created_at"},
        {{{"created_at", "2024-02-29T00:00:00"}}, "created_at"},
        {{{"created_at", "2024-02-29T00:00:00+00:00"}}, "created_at"},
        {{{"created_at", "2024-02-2-T00:00:00Z"}}, "created_at"},
        {{{"updated_at", 1700000000}}, "updated_at"},
        {{{"password_changed_at", ""}}, "password_changed_at"},
        {{{"dissabled", true}}, "dissabled"},
    };
    for (const auto& [row, member] : rows) {
        const auto parsed = parse_user_line(line(row), now);
        ASSERT_FALSE(parsed) << boost::json::serialize(row);
        EXPECT_THAT(parsed.error().reason, HasSubstr("`" + member + "`"));
        EXPECT_FALSE(parsed.error().remedy.empty());
        EXPECT_THAT(parsed.error().reason + parsed.error().remedy, Not(HasSubstr("hunter2")));
    }
    EXPECT_EQ(parse_user_line(line({{"dissabled", true}}), now).error().remedy, "write disabled");
}

TEST(UserLine, RefusesWhatIsNoObject) {
    for (const std::string text : {"", "{", "[]", "null", "\"bob\"", "{} {}", "{\"username\":\"\xff\"}"})
        EXPECT_FALSE(parse_user_line(text, now)) << text;
    EXPECT_FALSE(parse_user_line(std::string(40, '['), now));
    EXPECT_FALSE(parse_user_line(line({{"email", std::string(max_user_line, 'x')}}), now));
}

}  // namespace
}  // namespace latchkey::cli
