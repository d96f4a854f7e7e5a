#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "support/running_service.hpp"

// Passwords that are too easy to guess: refused wherever one is set, and pointed out at a login.
namespace latchkey {
namespace {

using test::bearer;
using testing::HasSubstr;

class Blocklist : public testing::Test {
protected:
    static config::settings settings(const std::string& list = "built-in") {
        config::settings s;
        s.accounts.registration = true;
        s.passwords.blocklist = list;
        s.tokens.issuer = "https://auth.zanzibar.example";
        return s;
    }
    explicit Blocklist(const std::string& list = "built-in") : app(settings(list)) {
        app.add_user("root", "secret", {"admin"});
        app.add_user("johndoe", "tangerine lanterns at dusk");
    }

    test::answer send(const std::string& method, const std::string& path, const std::string& json,
                      const std::string& token = "") {
        return app.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                        (token.empty() ? "" : bearer(token)) +
                        "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json);
    }
    std::string admin() { return app.token("username=root&password=secret"); }
    std::string john() { return app.token("username=johndoe&password=tangerine+lanterns+at+dusk"); }

    test::running_service app;
};

void expect_refused(const test::answer& answer) {
    EXPECT_EQ(answer.status, 422U) << answer.body;
    EXPECT_EQ(answer.text("error"), "invalid_request");
    EXPECT_THAT(answer.text("detail"), HasSubstr("too easy to guess"));
    EXPECT_THAT(answer.text("detail"), HasSubstr("four unrelated words"));
}

TEST_F(Blocklist, RefusesAPasswordWhereverOneIsSet) {
    const std::string common = R"("passwordpassword1")";
    const auto path = "/users/" + app.id_of("johndoe").value.text() + "/password";
    expect_refused(send("POST", "/register", R"({"username":"newcomer","password":)" + common + "}"));
    expect_refused(send("POST", "/users", R"({"username":"newcomer","password":)" + common + "}", admin()));
    expect_refused(send("PUT", path, R"({"password":)" + common + "}", admin()));
    expect_refused(send("PUT", "/users/me/password",
                        R"({"current_password":"tangerine lanterns at dusk","password":)" + common + "}",
                        john()));
    EXPECT_EQ(app.log_in("username=newcomer&password=passwordpassword1").status, 400U);
    EXPECT_NE(john(), "");
}

TEST_F(Blocklist, KnowsTheAccountAndTheService) {
    const auto register_with = [&](const std::string& password) {
        return send(
            "POST", "/register",
            R"({"username":"Xerxes","email":"margrave@example.com","password":")" + password + R"("})");
    };
    for (const std::string password :
         {"XERXES-2026-?!;", "margrave 2026?!", "zanzibarzanzibar", "Latchkey--2026;"})
        expect_refused(register_with(password));
    EXPECT_EQ(register_with("Xerxes rides the tame donkey").status, 201U);
    const auto path = "/users/" + app.id_of("xerxes").value.text() + "/password";
    expect_refused(send("PUT", path, R"({"password":"margrave 2026?!"})", admin()));
    EXPECT_EQ(send("PUT", "/users/0190b5b2-52e1-7c4d-a3c8-3e5f6a7b8c9d/password",
                   R"({"password":"margrave 2026?!"})", admin())
                  .status,
              404U);
}

TEST_F(Blocklist, PointsOutAWeakPasswordToWhomItBelongsToAndNobodyElse) {
    const auto weak = app.log_in("username=root&password=secret");
    EXPECT_EQ(weak.status, 200U);
    EXPECT_EQ(weak.text("password_warning"), "This password is easy to guess. Please choose another one.");
    const auto refreshed = app.send(
        test::post_form("/token", "grant_type=refresh_token&refresh_token=" + weak.text("refresh_token")));
    ASSERT_EQ(refreshed.status, 200U);
    EXPECT_THAT(refreshed.body, testing::Not(HasSubstr("password_warning")));
    EXPECT_THAT(app.log_in("username=johndoe&password=tangerine+lanterns+at+dusk").body,
                testing::Not(HasSubstr("password_warning")));
    const auto strong_guess = app.log_in("username=root&password=tangerine+lanterns+at+dusk");
    const auto weak_guess = app.log_in("username=johndoe&password=secret");
    EXPECT_EQ(weak_guess.body, strong_guess.body);
    EXPECT_EQ(weak_guess.headers, strong_guess.headers);
}

class BlocklistOff : public Blocklist {
protected:
    BlocklistOff() : Blocklist("off") {}
};

TEST_F(BlocklistOff, RefusesAndPointsOutNothing) {
    EXPECT_EQ(send("POST", "/register", R"({"username":"newcomer","password":"passwordpassword1"})").status,
              201U);
    EXPECT_THAT(app.log_in("username=root&password=secret").body,
                testing::Not(HasSubstr("password_warning")));
}

TEST(BlocklistFile, ReplacesTheBuiltInList) {
    const auto file = std::filesystem::temp_directory_path() / ("latchkey-list-" + std::to_string(getpid()));
    std::ofstream(file) << "Tangerine Lanterns At Dusk\n";
    config::settings s;
    s.passwords.blocklist = file;
    test::running_service app(s);
    std::filesystem::remove(file);  // it was read
    app.add_user("johndoe", "tangerine lanterns at dusk");
    app.add_user("root", "secret");
    EXPECT_THAT(app.log_in("username=johndoe&password=tangerine+lanterns+at+dusk").body,
                HasSubstr("password_warning"));
}

TEST(BlocklistFile, ThatIsMissingStopsTheStart) {
    config::settings s;
    s.passwords.blocklist = "/nowhere/list.txt";
    EXPECT_THROW(test::running_service app(s), passwords::blocklist_error);
}

}  // namespace
}  // namespace latchkey
