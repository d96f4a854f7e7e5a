#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <set>

#include "http/characters.hpp"
#include "support/running_service.hpp"

// The route table is what is answered, /openapi.json what is described: one must not change without the
// other.
namespace latchkey {
namespace {

using test::get;
using test::post_form;

struct options {
    bool oauth_aliases = false;
    bool registration = false;
    bool issuer_path = false;
};

config::settings settings_of(const options& o) {
    config::settings s;
    s.docs.enabled = true;
    s.server.oauth_aliases = o.oauth_aliases;
    s.accounts.registration = o.registration;
    if (o.issuer_path) s.tokens.issuer = "https://example.com/tenant";
    return s;
}

std::string lower(std::string_view method) {
    std::string out(method);
    std::ranges::transform(out, out.begin(), [](char c) { return http::characters::to_lower(c); });
    return out;
}

/// Such as `GET /items/`, of every route.
std::set<std::string> answered(test::running_service& app) {
    std::set<std::string> found;
    for (const auto& route : app->public_handler().routes())
        for (const auto& entry : route.methods)
            found.insert(std::string(boost::beast::http::to_string(entry.method)) + " " +
                         std::string(route.path));
    return found;
}

std::set<std::string> described(const boost::json::value& document) {
    std::set<std::string> found;
    for (const auto& [path, item] : document.at("paths").as_object())
        for (const auto* method : {"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})
            if (item.as_object().contains(lower(method))) found.insert(method + (" " + std::string(path)));
    return found;
}

bool is_open(const app::method_entry& entry) {
    return std::holds_alternative<app::open_endpoint>(entry.answer) ||
           std::holds_alternative<app::open_task>(entry.answer);
}

const boost::json::object& operation(const boost::json::value& document, const app::route& route,
                                     const app::method_entry& entry) {
    const auto method = lower(boost::beast::http::to_string(entry.method));
    return document.at("paths").as_object().at(route.path).as_object().at(method).as_object();
}

bool describes_status(const boost::json::object& operation, std::string_view status) {
    return operation.at("responses").as_object().contains(status);
}

TEST(Documentation, DescribesEveryRouteAndNoOther) {
    for (const bool all : {false, true}) {
        test::running_service app(
            settings_of({.oauth_aliases = all, .registration = all, .issuer_path = all}), all);
        const auto routes = answered(app);
        EXPECT_GT(routes.size(), 30U);
        EXPECT_EQ(described(app.send(get("/openapi.json")).json()), routes);
    }
}

TEST(Documentation, SaysWhichRoutesNeedATokenAndWithWhichScope) {
    test::running_service app(settings_of({.oauth_aliases = true, .registration = true}), true);
    const auto document = app.send(get("/openapi.json")).json();
    for (const auto& route : app->public_handler().routes())
        for (const auto& entry : route.methods) {
            const auto& said = operation(document, route, entry);
            const auto* security = said.if_contains("security");  // absent: a token of any scope
            const auto scope = security == nullptr ? "" : boost::json::serialize(*security);
            SCOPED_TRACE(std::string(boost::beast::http::to_string(entry.method)) + " " +
                         std::string(route.path));
            if (is_open(entry)) {
                EXPECT_TRUE(security != nullptr && scope.find("admin") == std::string::npos);
            } else if (entry.scope.empty()) {
                EXPECT_EQ(security, nullptr);
            } else {
                EXPECT_THAT(scope, testing::StartsWith(R"([{"OAuth2PasswordBearer":[")" +
                                                       std::string(entry.scope) + "\"]}"));
                EXPECT_TRUE(describes_status(said, "403"));
            }
            if (is_open(entry)) continue;
            EXPECT_TRUE(describes_status(said, "401"));
            EXPECT_TRUE(describes_status(said, "400"));  // two credentials at once
        }
}

TEST(Documentation, HasTheMembersOfWhatIsAnswered) {
    test::running_service app(settings_of({}));
    app.add_user("johndoe", "secret", {"items"});
    const auto document = app.send(get("/openapi.json")).json();
    const auto login = app.log_in();
    const auto token = login.text("access_token");
    const auto expect_described = [&document](const boost::json::value& said, const std::string& schema) {
        const auto& described = document.at_pointer("/components/schemas/" + schema).as_object();
        for (const auto& [name, value] : said.as_object())
            EXPECT_TRUE(described.at("properties").as_object().contains(name)) << schema << '.' << name;
        for (const auto& name : described.at("required").as_array())
            EXPECT_TRUE(said.as_object().contains(name.as_string())) << schema << '.' << name;
    };
    expect_described(login.json(), "Token");
    expect_described(app.send(get("/users/me", test::bearer(token))).json(), "Account");
    expect_described(app.send(get("/sessions", test::bearer(token))).json().at("items").at(0), "Session");
    expect_described(app.send(get("/.well-known/oauth-authorization-server")).json(), "Metadata");
    app.add_user("root", "secret", {"admin", "introspect"});
    const auto admin = test::bearer(app.token("username=root&password=secret"));
    const std::string registration =
        R"({"client_id":"c","client_name":"C","audience":"a","access_lifetime":60})";
    const auto made =
        app.send("POST /clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + admin +
                 "Content-Length: " + std::to_string(registration.size()) + "\r\n\r\n" + registration);
    ASSERT_EQ(made.status, 201U);
    EXPECT_EQ(made.text("client_secret").size(), 43U);
    expect_described(app.send(get("/clients/c", admin)).json(), "Client");
    expect_described(app.send(test::post_form("/introspect", "token=" + token, admin)).json(),
                     "Introspection");
    expect_described(app.send(get("/users/me")).json(), "Error");
    expect_described(app.log_in("username=johndoe&password=wrong").json(), "Error");
}

/// The description of a response, a reference followed.
const boost::json::object& response_described(const boost::json::value& document, std::string_view path,
                                              std::string_view method, unsigned status) {
    const auto& responses =
        document.at("paths").as_object().at(path).as_object().at(method).at("responses").as_object();
    const auto* found = responses.if_contains(std::to_string(status));
    const auto& said = (found != nullptr ? *found : responses.at("default")).as_object();
    const auto* reference = said.if_contains("$ref");
    if (reference == nullptr) return said;
    return document.at_pointer(std::string(reference->as_string()).substr(1)).as_object();
}

/// Names of the header fields, but for those of every message (RFC 9110) that nobody describes.
std::vector<std::string> fields_of(const test::answer& a) {
    const std::set<std::string> plain{"Date", "Content-Length", "Content-Type", "Vary", "Connection"};
    std::vector<std::string> names;
    for (std::size_t at = a.headers.find("\r\n"); at != std::string::npos; at = a.headers.find("\r\n", at)) {
        at += 2;
        const auto colon = a.headers.find(':', at);
        if (colon == std::string::npos) break;
        if (auto name = a.headers.substr(at, colon - at); !plain.contains(name)) names.push_back(name);
    }
    return names;
}

TEST(Documentation, DescribesEveryHeaderOfWhatIsAnswered) {
    test::running_service app(settings_of({}));
    app.add_user("johndoe", "secret", {"items"});
    app.add_user("root", "secret", {"admin"});
    const auto document = app.send(get("/openapi.json")).json();
    const auto user = test::bearer(app.log_in().text("access_token"));
    const auto admin = test::bearer(app.token("username=root&password=secret"));
    const std::tuple<std::string, std::string, std::string> rows[] = {
        {"/token", "post", post_form("/token", "username=johndoe&password=secret")},
        {"/token", "post", post_form("/token", "username=johndoe&password=wrong")},
        {"/token", "post",
         "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 1\r\n\r\na"},
        {"/token", "post", post_form("/token", "username=a&password=b", "Authorization: Basic YTpi\r\n")},
        {"/token", "post", post_form("/token", "username=johndoe&password=secret&scope=admin")},
        {"/items/", "get", get("/items/", user)},
        {"/items/", "get", get("/items/")},
        {"/items/", "get", get("/items/", "Authorization: Bearer x\r\n")},
        {"/items/", "get", get("/items/", user + user)},
        {"/users", "get", get("/users", user)},
        {"/users", "get", get("/users?limit=x", admin)},
        {"/users", "get", get("/users", admin)},
        {"/users/{id}", "get", get("/users/x", admin)},
        {"/verify", "get", get("/verify", user)},
        {"/verify", "get", get("/verify?scop=x", user)},
        {"/sessions/{id}", "delete", "DELETE /sessions/x HTTP/1.1\r\nHost: x\r\n" + user + "\r\n"},
        {"/revoke", "post", post_form("/revoke", "")},
        {"/docs", "get", get("/docs")},
        {"/docs", "get", post_form("/docs", "a=b")},
        {"/openapi.json", "get", get("/openapi.json")}};
    for (const auto& [path, method, request] : rows) {
        const auto answer = app.send(request);
        const auto& said = response_described(document, path, method, answer.status);
        const auto& headers = said.at("headers").as_object();
        const auto fields = fields_of(answer);
        for (const auto& name : fields)
            EXPECT_TRUE(headers.contains(name))
                << method << ' ' << path << ' ' << answer.status << ' ' << name;
    }
}

TEST(Documentation, IsNotThereUnlessItIsSwitchedOn) {
    test::running_service off;
    test::running_service on(settings_of({}));
    test::running_service dev(settings_of({}), true);
    for (const auto path : {"/docs", "/docs/docs.js", "/openapi.json", "/demo"})
        EXPECT_EQ(off.send(get(path)).status, 404U) << path;
    for (const auto path : {"/docs", "/docs/docs.js", "/openapi.json"})
        EXPECT_EQ(on.send(get(path)).status, 200U) << path;
    EXPECT_EQ(on.send(get("/demo")).status, 404U);
    EXPECT_EQ(dev.send(get("/demo")).status, 200U);
}

TEST(Documentation, IsReadAndNothingElse) {
    test::running_service app(settings_of({}), true);
    for (const std::string path : {"/docs", "/docs/docs.js", "/openapi.json", "/demo"}) {
        const auto refused = app.send(post_form(path, "a=b"));
        EXPECT_EQ(refused.status, 405U) << path;
        EXPECT_EQ(refused.header("Allow"), "GET, HEAD, OPTIONS") << path;
        EXPECT_EQ(app.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 200U) << path;
        const auto ranged = app.send(get(path, "Range: bytes=0-3\r\n"));
        EXPECT_EQ(ranged.status, 200U) << path;
        EXPECT_GT(ranged.body.size(), 4U) << path;
    }
    for (const auto path : {"/docs/", "/docs//docs.js", "/docs/x/docs.js", "/demo/", "/Docs"})
        EXPECT_NE(app.send(get(path)).status, 200U) << path;
}

}  // namespace
}  // namespace latchkey
