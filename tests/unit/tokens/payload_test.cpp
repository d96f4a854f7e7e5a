#include "tokens/payload.hpp"

#include <gtest/gtest.h>

#include <array>

namespace latchkey::tokens {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view least = R"("iss":"i","sub":"s","iat":1,"exp":2,"jti":"j")";

std::string object(std::string_view more = "") {
    return '{' + std::string(least) + std::string(more) + '}';
}

/// What read_payload finds, in a buffer that has nothing behind the text.
struct reading {
    explicit reading(std::string_view json) : text(json.begin(), json.end()) {
        if (const auto read = read_payload(text)) {
            found = read->said;
            canonical = read->canonical;
        }
    }
    std::vector<char> text;
    std::optional<claims> found;
    std::string_view canonical;
};

TEST(write_payload, WritesClaimsInAFixedOrderAndLeavesOutTheEmptyOnes) {
    claims said;
    said.issuer = "i";
    said.subject = "s";
    said.token_id = "j";
    said.issued_at = 1;
    said.expires_at = 2;
    EXPECT_EQ(write_payload(said), R"({"iss":"i","sub":"s","iat":1,"exp":2,"jti":"j"})");
    said.scope = "a b";
    said.username = "u";
    said.client_id = "c";
    said.session = "d";
    said.audience = "e";
    EXPECT_EQ(
        write_payload(said),
        R"({"iss":"i","sub":"s","iat":1,"exp":2,"jti":"j","scope":"a b","username":"u","client_id":"c","sid":"d","aud":"e"})");
}

TEST(write_payload, EscapesWhatJsonDoesNotTakeRaw) {
    claims said;
    said.username = "\"\\/\b\f\n\r\t\0\x01\x1f\x7f Zo\xc3\xab \xf0\x9f\x98\x80 \xe2\x80\xa8"sv;
    const auto json = write_payload(said);
    EXPECT_NE(json.find(R"("username":"\"\\/\b\f\n\r\t\u0000\u0001\u001f)"), json.npos) << json;
    EXPECT_EQ(json.find('\0'), json.npos);
}

TEST(read_payload, ReadsBackWhatWasWritten) {
    claims said;
    said.issuer = "https://login.example";
    said.subject = "0190163d-8694-739b-aea5-966c26f8ad91";
    said.token_id = "j";
    said.issued_at = -1;
    said.expires_at = std::numeric_limits<std::int64_t>::max();
    said.scope = "items:read items:write";
    said.username = "\"}\\\0,\n Zo\xc3\xab \xf0\x9f\x98\x80"sv;
    said.client_id = "web";
    said.session = "sid";
    said.audience = "https://api.example";
    const auto json = write_payload(said);
    const reading back(json);
    ASSERT_TRUE(back.found) << json;
    EXPECT_EQ(back.found->issuer, said.issuer);
    EXPECT_EQ(back.found->subject, said.subject);
    EXPECT_EQ(back.found->token_id, said.token_id);
    EXPECT_EQ(back.found->issued_at, said.issued_at);
    EXPECT_EQ(back.found->expires_at, said.expires_at);
    EXPECT_EQ(back.found->scope, said.scope);
    EXPECT_EQ(back.found->username, said.username);
    EXPECT_EQ(back.found->client_id, said.client_id);
    EXPECT_EQ(back.found->session, said.session);
    EXPECT_EQ(back.found->audience, said.audience);
}

TEST(read_payload, ReadsInPlace) {
    for (const std::string_view escaped : {"johndoe", "john\\u0064oe"}) {
        const reading read(object(R"(,"username":")" + std::string(escaped) + '"'));
        ASSERT_TRUE(read.found);
        EXPECT_EQ(read.found->username, "johndoe");
        for (const auto view : {read.found->username, read.found->issuer}) {
            EXPECT_GE(view.data(), read.text.data());
            EXPECT_LE(view.data() + view.size(), read.text.data() + read.text.size());
        }
    }
}

TEST(read_payload, KnowsWhatIsWrittenAsWeWriteIt) {
    const std::string canonical = object(R"(,"username":"johndoe")");
    EXPECT_EQ(reading(canonical).canonical, canonical);
    for (const auto& other :
         {' ' + canonical, object(R"(,"username":"john\u0064oe")"), object(R"(,"other":1)")}) {
        EXPECT_TRUE(reading(other).found) << other;
        EXPECT_EQ(reading(other).canonical, "") << other;
    }
}

TEST(read_payload, RefusesMoreThanAPayloadMayHave) {
    const auto padded = [](std::size_t size) {
        auto json = object();
        return json.insert(1, size - json.size(), ' ');
    };
    EXPECT_TRUE(reading(padded(max_payload_size)).found);
    EXPECT_FALSE(reading(padded(max_payload_size + 1)).found);
}

TEST(read_payload, UnescapesTextsAndNames) {
    const reading read(object(R"(,"\u0075ser\u006eame":"\u005a\u006f\u00eb\ud83d\ude00\n")"));
    ASSERT_TRUE(read.found);
    EXPECT_EQ(read.found->username, "Zo\xc3\xab\xf0\x9f\x98\x80\n");
}

TEST(read_payload, ReadsATextThatIsOneLongEscape) {
    std::string escapes, plain;
    for (int i = 0; i < 400; ++i) {
        escapes += R"(\u20ac)";
        plain += "\xe2\x82\xac";
    }
    const reading read(object(R"(,"username":")" + escapes + "\""));
    ASSERT_TRUE(read.found);
    EXPECT_EQ(read.found->username, plain);
}

TEST(read_payload, PassesOverMembersItDoesNotKnow) {
    for (const std::string_view more : {
             R"(,"auth_time":5)",
             R"(,"amr":["pwd","otp"])",
             R"(,"act":{"sub":"x","iss":"y","exp":{"iss":[1]}})",
             R"(,"x":null)",
             R"(,"x":true)",
             R"(,"x":1.5e3)",
             R"(,"x":"y","x":"z")",
             R"(,"":"")",
             R"(,"x":18446744073709551615)",
             R"(,"usernam":"x")",
             R"(,"usernamee":"x")",
             R"(,"client_id_and_a_very_long_name":"x")",
             R"(,"client_idd":"x")",
         }) {
        const reading read(object(more));
        ASSERT_TRUE(read.found) << more;
        EXPECT_EQ(read.found->subject, "s") << more;
        EXPECT_EQ(read.found->expires_at, 2) << more;
        EXPECT_EQ(read.found->username, "") << more;
        EXPECT_EQ(read.found->client_id, "") << more;
    }
}

TEST(read_payload, RefusesWhatIsNotOneObject) {
    for (const std::string_view json : {"", " ", "null", "1", "1.5", "true", "\"text\"", "[]", "{", "}",
                                        "{}x", "{}", "[{}]", "not json", "\xef\xbb\xbf{}"})
        EXPECT_FALSE(reading(json).found) << json;
    EXPECT_FALSE(reading(object() + "x").found);
    EXPECT_FALSE(reading(object() + object()).found);
    EXPECT_FALSE(reading('[' + object() + ']').found);
    EXPECT_FALSE(reading("{\"x\":" + object() + '}').found);
    EXPECT_FALSE(reading(object(",")).found);
    EXPECT_FALSE(reading(object("/**/")).found);
}

TEST(read_payload, RefusesACutObjectAtEveryPlace) {
    const auto json = object(R"(,"username":"Zo\u00eb")");
    for (std::size_t size = 0; size < json.size(); ++size)
        EXPECT_FALSE(reading(std::string_view(json).substr(0, size)).found) << size;
}

TEST(read_payload, RefusesAClaimThatComesTwice) {
    for (const std::string_view more :
         {R"(,"sub":"s")", R"(,"sub":"admin")", R"(,"\u0073ub":"admin")", R"(,"exp":9)", R"(,"iss":"i")"})
        EXPECT_FALSE(reading(object(more)).found) << more;
    EXPECT_FALSE(reading(object(R"(,"aud":"a","aud":"b")")).found);
}

TEST(read_payload, RefusesAMissingRequiredClaim) {
    for (const std::string_view json : {
             R"({"sub":"s","iat":1,"exp":2,"jti":"j"})",
             R"({"iss":"i","iat":1,"exp":2,"jti":"j"})",
             R"({"iss":"i","sub":"s","exp":2,"jti":"j"})",
             R"({"iss":"i","sub":"s","iat":1,"jti":"j"})",
             R"({"iss":"i","sub":"s","iat":1,"exp":2})",
         })
        EXPECT_FALSE(reading(json).found) << json;
    EXPECT_TRUE(reading(object()).found);
}

TEST(read_payload, RefusesAClaimOfAnotherType) {
    for (const std::string_view text_claim : {"scope", "username", "client_id", "sid", "aud"})
        for (const std::string_view value :
             {"1", "-1", "1.5", "true", "null", "[]", "[\"a\"]", "{}", "\"\"", "{\"a\":\"b\"}"}) {
            const auto more = ",\"" + std::string(text_claim) + "\":" + std::string(value);
            EXPECT_FALSE(reading(object(more)).found) << more;
        }
    for (const std::string_view value : {R"("2")", "2.0", "2e0", "1e99", "true", "null", "[2]", "{}",
                                         "9223372036854775808", "18446744073709551615"}) {
        const auto json = R"({"iss":"i","sub":"s","iat":1,"jti":"j","exp":)" + std::string(value) + '}';
        EXPECT_FALSE(reading(json).found) << json;
    }
    EXPECT_FALSE(reading(R"({"iss":1,"sub":"s","iat":1,"exp":2,"jti":"j"})").found);
    EXPECT_FALSE(reading(R"({"iss":"i","sub":["s"],"iat":1,"exp":2,"jti":"j"})").found);
}

TEST(read_payload, RefusesTextThatIsNotUnicode) {
    for (const std::string_view username :
         {"\xff", "\xc0\x80", "\xed\xa0\x80", R"(\ud800)", R"(\udc00\ud800)", "a\nb", R"(\x)"}) {
        const auto more = R"(,"username":")" + std::string(username) + '"';
        EXPECT_FALSE(reading(object(more)).found) << more;
    }
}

TEST(read_payload, RefusesDeepNesting) {
    const std::string deep(2000, '[');
    EXPECT_FALSE(reading(object(",\"x\":" + deep + std::string(2000, ']'))).found);
    EXPECT_TRUE(reading(object(R"(,"x":[[[[1]]]])")).found);
}

/// All of it; nothing when it was refused.
std::string described(const reading& r) {
    if (!r.found) return {};
    const auto& c = *r.found;
    std::string all = std::to_string(c.issued_at) + ' ' + std::to_string(c.expires_at);
    for (const auto text :
         {c.issuer, c.subject, c.token_id, c.scope, c.username, c.client_id, c.session, c.audience})
        all.append("|").append(text);
    return all;
}

// What is written by us takes a short cut; with a blank in front it goes to the parser.
TEST(read_payload, ReadsAlikeByBothWays) {
    claims said;
    said.issuer = "https://login.example";
    said.subject = "0190163d-8694-739b-aea5-966c26f8ad91";
    said.token_id = "j";
    said.issued_at = 1'800'000'000;
    said.expires_at = 1'800'000'900;
    said.scope = "items me";
    said.session = "s";
    const auto written = write_payload(said);
    ASSERT_FALSE(described(reading(written)).empty());
    for (std::size_t at = 0; at < written.size(); ++at)
        for (const char c : "\"\\{}[],: 019.-+eE\t\n\x7f\x80\xc3uxi"sv) {
            auto changed = written;
            changed[at] = c;
            ASSERT_EQ(described(reading(changed)), described(reading(' ' + changed))) << changed;
            changed = written;
            changed.insert(at, 1, c);
            ASSERT_EQ(described(reading(changed)), described(reading(' ' + changed))) << changed;
        }
    for (std::size_t size = 0; size < written.size(); ++size)
        EXPECT_FALSE(reading(written.substr(0, size)).found) << size;
}

}  // namespace
}  // namespace latchkey::tokens
