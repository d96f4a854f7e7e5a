#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <thread>

#include "audit/verifier.hpp"
#include "support/running_service.hpp"
#include "support/temporary_directory.hpp"

// The audit log, from request bytes to records.
namespace latchkey {
namespace {

using namespace std::chrono_literals;
using test::post_form;
using testing::HasSubstr;
using testing::Not;

class Audit : public testing::Test {
protected:
    Audit() {
        app.add_user("johndoe", "secret", {"me", "items"});
        app.add_user("root", "secret", {"admin"});
    }

    static config::settings recording_to(const std::filesystem::path& file) {
        config::settings s;
        s.audit.file = file;
        s.server.trusted_proxies = {"0.0.0.0"};  // what a request without a socket comes from
        return s;
    }
    std::vector<boost::json::object> records() const {
        std::vector<boost::json::object> all;
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);)
            all.push_back(boost::json::parse(line).as_object());
        return all;
    }
    /// A member of the newest record, which must be of that event.
    std::string newest(std::string_view event, std::string_view member) const {
        const auto all = records();
        if (all.empty()) return "no record";
        if (all.back().at("event").as_string() != event) return boost::json::serialize(all.back());
        const auto* value = all.back().if_contains(member);
        return value ? (value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value))
                     : "";
    }
    test::answer with_token(std::string_view method, std::string_view target, const std::string& token,
                            std::string_view json = {}) {
        std::string request =
            std::string(method) + " " + std::string(target) +
            " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\nAuthorization: Bearer " + token +
            "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) +
            "\r\n\r\n";
        return app.send(request.append(json));
    }
    test::answer log_in(const std::string& name, const std::string& password, const std::string& more = {}) {
        return app.send(post_form("/token", "username=" + name + "&password=" + password + more,
                                  "X-Forwarded-For: 192.0.2.7\r\n"));
    }

    const test::temporary_directory directory;
    const std::filesystem::path file = directory / "audit.log";
    test::running_service app{recording_to(file)};
};

TEST_F(Audit, RecordsALoginWithAccountSessionAndAddress) {
    ASSERT_EQ(log_in("johndoe", "secret").status, 200U);
    EXPECT_EQ(newest("login_succeeded", "account_name"), "johndoe");
    EXPECT_EQ(newest("login_succeeded", "account"), app.id_of("johndoe").value.text());
    EXPECT_EQ(newest("login_succeeded", "address"), "192.0.2.7");
    EXPECT_EQ(newest("login_succeeded", "scope"), "items me");
    EXPECT_EQ(newest("login_succeeded", "session").size(), 36u);
}

TEST_F(Audit, RecordsWhyALoginFailedWhileTheAnswerDoesNotSay) {
    const auto wrong = log_in("johndoe", "wrong");
    EXPECT_EQ(newest("login_failed", "reason"), "wrong_password");
    const auto unknown = log_in("hunter2", "wrong");
    EXPECT_EQ(newest("login_failed", "reason"), "unknown_user");
    EXPECT_EQ(newest("login_failed", "account_name"), "");
    EXPECT_EQ(newest("login_failed", "username_hash").size(), 32u);
    run_task(app->users().set_disabled(app.id_of("johndoe"), true)).value();
    const auto disabled = log_in("johndoe", "secret");
    EXPECT_EQ(newest("login_failed", "reason"), "disabled_user");
    EXPECT_EQ(wrong.body, unknown.body);
    EXPECT_EQ(wrong.body, disabled.body);
}

TEST_F(Audit, RecordsARightPasswordWithAScopeThatIsNotAllowed) {
    ASSERT_EQ(log_in("johndoe", "secret", "&scope=admin").status, 400U);
    EXPECT_EQ(newest("login_failed", "reason"), "scope_not_allowed");
    EXPECT_EQ(newest("login_failed", "account_name"), "johndoe");
}

TEST_F(Audit, SaysWhenAnAccountsBudgetIsSpentAndLeavesOutWhatIsRefusedAfterwards) {
    for (int i = 0; i < 10; ++i)
        log_in("johndoe", "wrong" + std::to_string(i));
    EXPECT_EQ(newest("login_failed", "budget_spent"), "true");
    const auto before = records().size();
    ASSERT_EQ(log_in("johndoe", "wrong").status, 429U);
    EXPECT_EQ(records().size(), before);
}

TEST_F(Audit, NeverHoldsAPasswordATokenOrANameThatNobodyHas) {
    const auto answer = log_in("johndoe", "secret");
    log_in("hunter2hunter2", "another-password");
    const auto refreshed = app.send(
        post_form("/token", "grant_type=refresh_token&refresh_token=" + answer.text("refresh_token")));
    ASSERT_EQ(refreshed.status, 200U);
    std::string all;
    for (const auto& record : records())
        all += boost::json::serialize(record);
    for (const auto& secret : {std::string("secret"), std::string("another-password"), std::string("hunter2"),
                               answer.text("access_token"), answer.text("refresh_token")})
        EXPECT_THAT(all, Not(HasSubstr(secret)));
}

TEST_F(Audit, NamesNoClientThatNobodyRegistered) {
    log_in("johndoe", "wrong", "&client_id=Tr0ub4dor");
    log_in("johndoe", "secret", "&client_id=Tr0ub4dor");
    for (const auto& record : records())
        EXPECT_THAT(boost::json::serialize(record), Not(HasSubstr("Tr0ub4dor")));
}

TEST_F(Audit, RecordsTheReuseOfARefreshToken) {
    const auto first = log_in("johndoe", "secret").text("refresh_token");
    const std::string form = "grant_type=refresh_token&refresh_token=" + first;
    ASSERT_EQ(app.send(post_form("/token", form)).status, 200U);
    app.clock.advance(1min);
    const auto session = newest("login_succeeded", "session");
    ASSERT_EQ(app.send(post_form("/token", form)).status, 400U);
    EXPECT_EQ(newest("refresh_token_reused", "session"), session);
    const auto before = records().size();
    ASSERT_EQ(app.send(post_form("/token", form)).status, 400U);
    EXPECT_EQ(records().size(), before) << "the session has ended: there is nothing to replay";
}

TEST_F(Audit, RecordsRevocationAndTheEndsOfSessions) {
    auto answer = log_in("johndoe", "secret");
    ASSERT_EQ(app.send(post_form("/revoke", "token=" + answer.text("refresh_token"))).status, 200U);
    EXPECT_EQ(newest("token_revoked", "session").size(), 36u);
    const auto before = records().size();
    ASSERT_EQ(app.send(post_form("/revoke", "token=" + answer.text("refresh_token"))).status, 200U);
    EXPECT_EQ(records().size(), before);
    answer = log_in("johndoe", "secret");
    ASSERT_EQ(with_token("POST", "/logout?scope=global", answer.text("access_token")).status, 204U);
    EXPECT_EQ(newest("logged_out", "sessions"), "global");
    EXPECT_EQ(newest("logged_out", "username"), "johndoe");
    EXPECT_EQ(newest("logged_out", "address"), "192.0.2.9");
}

TEST_F(Audit, RecordsWhoAdministeredWhat) {
    const auto token = log_in("root", "secret").text("access_token");
    const auto made =
        with_token("POST", "/users", token, R"({"username":"bob","password":"purple monkey dishwasher"})");
    ASSERT_EQ(made.status, 201U);
    EXPECT_EQ(newest("user_created", "account_name"), "bob");
    EXPECT_EQ(newest("user_created", "username"), "root");
    const auto path = "/users/" + made.text("id");
    ASSERT_EQ(with_token("PATCH", path, token, R"({"disabled":true,"email":"b@example.com"})").status, 200U);
    EXPECT_EQ(newest("user_updated", "changed"), "email");
    EXPECT_EQ(newest("user_updated", "disabled"), "true");
    ASSERT_EQ(
        with_token("PUT", path + "/password", token, R"({"password":"purple monkey dishwashers"})").status,
        204U);
    EXPECT_EQ(newest("password_set", "account_name"), "bob");
    ASSERT_EQ(with_token("DELETE", path, token).status, 204U);
    EXPECT_EQ(newest("user_deleted", "account"), made.text("id"));
    ASSERT_EQ(with_token("POST", "/clients", token, R"({"client_id":"shop"})").status, 201U);
    EXPECT_EQ(newest("client_created", "client"), "shop");
    ASSERT_EQ(with_token("POST", "/clients/shop/secret", token).status, 201U);
    EXPECT_EQ(newest("client_secret_added", "client"), "shop");
    ASSERT_EQ(with_token("DELETE", "/clients/shop/secret", token).status, 204U);
    EXPECT_EQ(newest("client_secrets_dropped", "client"), "shop");
    ASSERT_EQ(with_token("PATCH", "/clients/shop", token, R"({"disabled":true})").status, 200U);
    EXPECT_EQ(newest("client_updated", "client"), "shop");
    ASSERT_EQ(with_token("DELETE", "/clients/shop", token).status, 204U);
    EXPECT_EQ(newest("client_deleted", "client"), "shop");
}

TEST_F(Audit, RecordsAPasswordChangeAndAFailedOne) {
    const auto token = log_in("johndoe", "secret").text("access_token");
    ASSERT_EQ(with_token("PUT", "/users/me/password", token,
                         R"({"current_password":"wrong","password":"purple monkey dishwasher"})")
                  .status,
              400U);
    EXPECT_EQ(newest("password_change_failed", "reason"), "wrong_password");
    ASSERT_EQ(with_token("PUT", "/users/me/password", token,
                         R"({"current_password":"secret","password":"too short"})")
                  .status,
              422U);
    EXPECT_EQ(newest("password_change_failed", "reason"), "new_password_refused");
    ASSERT_EQ(with_token("PUT", "/users/me/password", token,
                         R"({"current_password":"secret","password":"purple monkey dishwasher"})")
                  .status,
              204U);
    EXPECT_EQ(newest("password_changed", "username"), "johndoe");
}

TEST_F(Audit, IsOneChainOfThisInstallation) {
    for (int i = 0; i < 5; ++i)
        log_in("johndoe", i % 2 == 0 ? "secret" : "wrong");
    std::ifstream in(file);
    audit::verifier verifier(nullptr);
    verifier.read(in, "audit.log");
    EXPECT_EQ(verifier.so_far().findings_in_all, 0u);
    EXPECT_EQ(verifier.so_far().records, records().size());
}

/// Nothing is let through that cannot be recorded, neither a success nor a failure.
TEST_F(Audit, AnswersNothingThatItCannotRecord) {
    ASSERT_EQ(log_in("johndoe", "secret").status, 200U);
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);  // the deleted file cannot come back
    const auto right = log_in("johndoe", "secret");
    const auto wrong = log_in("johndoe", "wrong");
    std::filesystem::remove(file);
    EXPECT_EQ(right.status, 503U);
    EXPECT_EQ(wrong.status, 503U);
    EXPECT_EQ(right.body, wrong.body);
    EXPECT_EQ(right.text("error"), "temporarily_unavailable");
    // It is tried again every second.
    for (int i = 0; i < 100 && !app->audit().available(); ++i)
        std::this_thread::sleep_for(50ms);
    EXPECT_EQ(log_in("johndoe", "secret").status, 200U);
}

TEST_F(Audit, ChangesNothingThatItCannotRecord) {
    const auto token = log_in("root", "secret").text("access_token");
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    log_in("johndoe", "wrong");  // from this one on it knows
    const auto made =
        with_token("POST", "/users", token, R"({"username":"bob","password":"purple monkey dishwasher"})");
    EXPECT_EQ(made.status, 503U);
    EXPECT_EQ(with_token("GET", "/users", token).status, 200U);
    EXPECT_EQ(run_task(app->users().find_by_username("bob")).error(), errc::not_found);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace latchkey
