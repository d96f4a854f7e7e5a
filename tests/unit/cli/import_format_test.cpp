#include "cli/import_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cli/import_password.hpp"

namespace latchkey::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string bcrypt = "$2b$05$h3ZbAxs5V97AKO1ZcOeh3e2ZgWgnPPeRj8j9giMQzIzafGo6OqvWG";
const std::string md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
const std::string signer_key =
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

boost::json::object object(const std::string& text) {
    return boost::json::parse(text).get_object();
}

struct ImportFormat : testing::Test {
    import_settings settings{unix_time{std::chrono::milliseconds{1'800'000'000'123}}, {}, {"items"}, 0};

    imported_user user(read_object read, const std::string& text) {
        auto outcome = read(object(text), settings);
        if (auto* skipped = std::get_if<skipped_user>(&outcome)) ADD_FAILURE() << skipped->reason << text;
        auto* made = std::get_if<imported_user>(&outcome);
        return made != nullptr ? std::move(*made) : imported_user{};
    }
    std::string reason(read_object read, const std::string& text) {
        const auto outcome = read(object(text), settings);
        const auto* skipped = std::get_if<skipped_user>(&outcome);
        return skipped != nullptr ? skipped->reason : "";
    }
};

TEST_F(ImportFormat, TakesDjangosDump) {
    const auto made =
        user(&read_django_user, R"({"model":"auth.user","pk":1,"fields":{"password":")" + bcrypt +
                                    R"(","username":"Bob","email":"b@c.d","is_active":false,)"
                                    R"("date_joined":"2024-05-01T12:34:56.789+02:00"}})");
    EXPECT_EQ(made.user.stored.user.username, "Bob");
    EXPECT_EQ(made.user.canonical, "bob");
    EXPECT_EQ(made.user.stored.user.email, "b@c.d");
    EXPECT_EQ(made.user.stored.user.scopes, std::vector<std::string>{"items"});
    EXPECT_TRUE(made.user.stored.user.disabled);
    EXPECT_EQ(rfc3339(made.user.stored.user.created_at), "2024-05-01T10:34:56.789Z");
    EXPECT_EQ(made.user.stored.user.id.value.time(), made.user.stored.user.created_at);
    EXPECT_EQ(made.user.stored.password_hash, bcrypt);
    EXPECT_EQ(made.kind, "bcrypt");
}

TEST_F(ImportFormat, PassesOverWhatIsNoUserOfDjango) {
    const auto outcome =
        read_django_user(object(R"({"model":"auth.group","fields":{"name":"x"}})"), settings);
    EXPECT_TRUE(std::holds_alternative<other_record>(outcome));
    EXPECT_TRUE(std::holds_alternative<config::bad_value>(read_django_user(object("{}"), settings)));
    const auto dump = [](const std::string& password) {
        return R"({"model":"m","fields":{"username":"bob","password":")" + password + "\"}}";
    };
    for (const std::string unusable : {"!", "", "!8fTr"})
        EXPECT_THAT(reason(&read_django_user, dump(unusable)), HasSubstr("password"));
    const auto why = reason(&read_django_user, dump("hunter2"));
    EXPECT_THAT(why, HasSubstr("understood"));
    EXPECT_THAT(why, Not(HasSubstr("hunter2")));
    EXPECT_THAT(reason(&read_django_user, dump("pbkdf2_sha256$99999999$salt$" + md5)),
                HasSubstr("costs too much"));
}

TEST_F(ImportFormat, KeepsAWeakHashForWrappingAndNotForStoring) {
    const auto made = user(&read_django_user,
                           R"({"model":"m","fields":{"username":"bob","password":"md5$salt$)" + md5 + "\"}}");
    ASSERT_TRUE(made.weak);
    EXPECT_EQ(made.user.stored.password_hash, "");
    EXPECT_EQ(made.kind, "prefix-md5");
}

TEST_F(ImportFormat, TakesKeycloaksPasswordAndId) {
    const std::string id = "0190163d-8694-439b-aea5-966c26f8ad91";
    const std::string salt = "AAAAAAAAAAAAAAAAAAAAAA==", tag = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const auto account = [&](const std::string& credentials) {
        return R"({"id":")" + id +
               R"(","username":"bob","enabled":true,"createdTimestamp":1714566896789,"credentials":)" +
               credentials + "}";
    };
    const auto strong =
        account(R"([{"type":"otp","secretData":"{}"},{"type":"password","secretData":"{\"value\":\")" + tag +
                R"(\",\"salt\":\")" + salt +
                R"(\"}","credentialData":"{\"hashIterations\":210000,\"algorithm\":\"pbkdf2-sha512\"}"}])");
    const auto made = user(&read_keycloak_user, strong);
    EXPECT_EQ(made.user.stored.user.id.value.text(), id);
    EXPECT_EQ(rfc3339(made.user.stored.user.created_at), "2024-05-01T12:34:56.789Z");
    EXPECT_THAT(made.user.stored.password_hash, StartsWith("$pbkdf2-sha512$210000$"));
    const auto old =
        account(R"([{"type":"password","algorithm":"pbkdf2-sha256","hashIterations":27500,"salt":")" + salt +
                R"(","hashedSaltedValue":")" + tag + "\"}]");
    EXPECT_EQ(user(&read_keycloak_user, old).kind, "pbkdf2-sha256,i=27500");
    EXPECT_THAT(reason(&read_keycloak_user, account("[]")), HasSubstr("no password"));
    EXPECT_THAT(reason(&read_keycloak_user, R"({"username":"x","serviceAccountClientId":"shop"})"),
                HasSubstr("service account"));
    EXPECT_THAT(reason(&read_keycloak_user,
                       account(R"([{"type":"password","secretData":"x","credentialData":"{}"}])")),
                HasSubstr("understood"));
}

TEST_F(ImportFormat, TakesAuth0sHashesOfEitherFile) {
    for (const std::string name : {"password_hash", "passwordHash"}) {
        const auto made = user(&read_auth0_user, R"({"email":"bob@example.com","blocked":true,")" + name +
                                                     "\":\"" + bcrypt + "\"}");
        EXPECT_EQ(made.user.stored.user.username, "bob@example.com");
        EXPECT_EQ(made.user.stored.user.email, "bob@example.com");
        EXPECT_TRUE(made.user.stored.user.disabled);
    }
    EXPECT_THAT(reason(&read_auth0_user, R"({"email":"bob@example.com"})"), HasSubstr("no password"));
}

TEST_F(ImportFormat, TakesAuth0sCustomHashes) {
    const std::string hash = R"("hash":{"value":")" + md5 + R"(","encoding":"hex"})";
    const std::pair<std::string, std::string> rows[] = {
        {R"({"algorithm":"md5",)" + hash + "}", "plain-md5"},
        {R"({"algorithm":"md5",)" + hash + R"(,"salt":{"value":"x"}})", "prefix-md5"},
        {R"({"algorithm":"md5",)" + hash +
             R"(,"salt":{"value":"6162","encoding":"hex","position":"suffix"}})",
         "suffix-md5"},
        {R"({"algorithm":"md5","hash":{"value":"X03MO1qnZdYdgyfeuILPmQ==","encoding":"base64"}})",
         "plain-md5"},
        {R"({"algorithm":"md5","hash":")" + md5 + R"(","salt_suffix":"x"})", "suffix-md5"},
        {R"({"algorithm":"hmac","hash":{"value":")" + md5 + R"(","digest":"md5","key":{"value":"k"}}})",
         "hmac-md5"},
        {R"({"algorithm":"ldap","hash":{"value":"{SMD5}PAAJx8863SAVhwOhWgRmcJdyLuU="}})", "suffix-md5"},
        {R"({"algorithm":"bcrypt","hash":{"value":")" + bcrypt + "\"}}", "bcrypt"},
        {R"({"algorithm":"scrypt","hash":{"value":"X03MO1qnZdYdgyfeuILPmQ==","encoding":"base64"},"salt":{"value":"x"},)"
         R"("cost":16384,"blockSize":8})",
         "scrypt"},
        {R"({"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha512$i=210000,l=16$AAAA$X03MO1qnZdYdgyfeuILPmQ"}})",
         "pbkdf2-sha512"},
        {R"({"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha256$AAAA$X03MO1qnZdYdgyfeuILPmQ"}})",
         "pbkdf2-sha256"},
    };
    for (const auto& [custom, kind] : rows) {
        const auto made = auth0_password(object(custom));
        ASSERT_TRUE(made) << custom;
        EXPECT_EQ(made->kind, kind) << custom;
    }
    const std::string bad[] = {
        R"({"algorithm":"md4",)" + hash + "}",
        R"({"algorithm":"sha1",)" + hash + "}",
        R"({"algorithm":"md5",)" + hash + R"(,"salt":{"value":"x","position":"both"}})",
        R"({"algorithm":"md5",)" + hash + R"(,"password":{"encoding":"utf16le"}})",
        R"({"algorithm":"md5","hash":")" + md5 + R"(","salt_prefix":"x","salt_suffix":"y"})",
        R"({"algorithm":"hmac",)" + hash + "}",
        R"({"algorithm":"scrypt",)" + hash + R"(,"salt":{"value":"x"},"cost":1000})",
        R"({"algorithm":"scrypt",)" + hash + R"(,"salt":{"value":"x"},"cost":1073741824})",
        R"({"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha512$i=99999999,l=16$AAAA$X03MO1qnZdYdgyfeuILPmQ"}})",
    };
    for (const auto& custom : bad)
        EXPECT_FALSE(auth0_password(object(custom))) << custom;
}

TEST_F(ImportFormat, TakesFirebasesUsersWithTheProjectsParameters) {
    settings.firebase.signer_key = signer_key;
    const std::string tag(86, 'A');
    const auto made =
        user(&read_firebase_user,
             R"({"localId":"x","email":"bob@example.com","passwordHash":")" + tag +
                 R"(==","salt":"42xEC-ixf3L2lw==","createdAt":"1714566896789","disabled":true})");
    EXPECT_EQ(made.user.stored.password_hash,
              "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=" + signer_key + "$42xEC+ixf3L2lw==$" + tag + "==");
    EXPECT_EQ(rfc3339(made.user.stored.user.created_at), "2024-05-01T12:34:56.789Z");
    EXPECT_TRUE(made.user.stored.user.disabled);
    EXPECT_THAT(reason(&read_firebase_user, R"({"localId":"x","email":"bob@example.com"})"),
                HasSubstr("no password"));
    EXPECT_THAT(reason(&read_firebase_user, R"({"localId":"x","phoneNumber":"+1"})"), HasSubstr("e-mail"));
}

TEST_F(ImportFormat, ReadsTheConsolesTextOfFirebase) {
    const std::string text = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: " + signer_key +
                             ",\n  base64_salt_separator: Cw==,\n  rounds: 7,\n  mem_cost: 12,\n}\n";
    const auto read = parse_firebase_config(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->signer_key, signer_key);
    EXPECT_EQ(read->salt_separator, "Cw==");
    EXPECT_EQ(read->rounds, 7U);
    EXPECT_EQ(read->mem_cost, 12U);
    for (const std::string without :
         {"SCRYPT", "base64_signer_key", "base64_salt_separator", "rounds: 7", "mem_cost: 12"}) {
        auto less = text;
        less.replace(less.find(without), without.size(), "x");
        const auto bad = parse_firebase_config(less);
        ASSERT_FALSE(bad) << without;
        EXPECT_THAT(bad.error().reason + bad.error().remedy, Not(HasSubstr(signer_key)));
    }
}

TEST_F(ImportFormat, TakesSupabasesUsersAndLeavesTheDeleted) {
    const auto row = [](const std::string& more) {
        return R"({"id":"0190163d-8694-439b-aea5-966c26f8ad91","email":"bob@example.com","encrypted_password":")" +
               bcrypt + R"(","created_at":"2024-05-01 12:34:56.789012+00")" + more + "}";
    };
    const auto made = user(&read_supabase_user, row(R"(,"banned_until":null)"));
    EXPECT_EQ(made.user.stored.user.id.value.text(), "0190163d-8694-439b-aea5-966c26f8ad91");
    EXPECT_EQ(rfc3339(made.user.stored.user.created_at), "2024-05-01T12:34:56.789Z");
    EXPECT_FALSE(made.user.stored.user.disabled);
    EXPECT_TRUE(user(&read_supabase_user, row(R"(,"banned_until":"2999-01-01 00:00:00+00")"))
                    .user.stored.user.disabled);
    EXPECT_FALSE(user(&read_supabase_user, row(R"(,"banned_until":"2020-01-01 00:00:00+00")"))
                     .user.stored.user.disabled);
    EXPECT_TRUE(user(&read_supabase_user, row(R"(,"banned_until":"infinity")")).user.stored.user.disabled);
    EXPECT_THAT(reason(&read_supabase_user, row(R"(,"deleted_at":"2020-01-01 00:00:00+00")")),
                HasSubstr("deleted"));
    EXPECT_THAT(reason(&read_supabase_user, R"({"email":"a@b.c","encrypted_password":""})"),
                HasSubstr("no password"));
}

TEST_F(ImportFormat, SkipsNamesThatCannotBeOnes) {
    const auto named = [](const std::string& name) {
        return R"({"username":")" + name + R"(","email":"a@b.c","password_hash":")" + bcrypt + "\"}";
    };
    EXPECT_THAT(reason(&read_auth0_user, named(" bob")), HasSubstr("name"));
    EXPECT_THAT(reason(&read_auth0_user, named(std::string(300, 'x'))), HasSubstr("name"));
    EXPECT_THAT(reason(&read_auth0_user, R"({"password_hash":")" + bcrypt + "\"}"),
                HasSubstr("no user name"));
}

TEST(Timestamp, ReadsWhatJsonAndPostgresWrite) {
    const auto read = [](std::string_view text) {
        const auto t = parse_timestamp(text);
        return t ? rfc3339(*t) : "none";
    };
    EXPECT_EQ(read("2024-02-29T23:59:59Z"), "2024-02-29T23:59:59.000Z");
    EXPECT_EQ(read("2024-02-29T23:59:59.1"), "2024-02-29T23:59:59.100Z");
    EXPECT_EQ(read("2024-02-29 23:59:59.123456-0130"), "2024-03-01T01:29:59.123Z");
    EXPECT_EQ(read("2024-02-29 23:59:59+05:30"), "2024-02-29T18:29:59.000Z");
    for (const auto* bad :
         {"", "2023-02-29T00:00:00Z", "2024-02-29", "2024-02-29T24:00:00Z", "2024-02-29T00:00:00Zx",
          "2024-02-29T00:00:00+1", "-024-02-29T00:00:00Z", "infinity"})
        EXPECT_EQ(read(bad), "none") << bad;
}

}  // namespace
}  // namespace latchkey::cli
