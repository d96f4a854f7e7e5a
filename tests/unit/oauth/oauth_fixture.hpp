#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/grants/client_credentials.hpp"
#include "oauth/grants/password.hpp"
#include "oauth/grants/refresh_token.hpp"
#include "oauth/session_opener.hpp"
#include "oauth/token_endpoint.hpp"
#include "sessions/refresh_token.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_user_store.hpp"
#include "support/run_task.hpp"
#include "tokens/token_service.hpp"
#include "unit/oauth/memory_client_store.hpp"
#include "unit/oauth/memory_session_store.hpp"

namespace latchkey::test {

using endpoint_task = std::function<std::optional<task<void>>(const http::request&, http::response&)>;

/// What an endpoint answered.
struct reply {
    unsigned status = 0;
    std::string headers;
    std::string body;

    boost::json::object json() const { return boost::json::parse(body).as_object(); }
    std::string text(std::string_view member) const {
        const auto object = json();
        const auto* value = object.if_contains(member);
        return value && value->is_string() ? std::string(value->as_string()) : std::string();
    }
    std::string error() const { return text("error"); }
    bool has_header(std::string_view line) const {
        return headers.find(std::string(line) + "\r\n") != headers.npos;
    }
};

inline reply reply_of(const http::response& r) {
    return {r.status(), std::string(r.headers()), std::string(r.body())};
}

/// A POST of a form; `authorization` is left out when empty.
inline http::request form_request(std::string_view form, std::string_view authorization = {}) {
    http::request out;
    out.method = http::verb::post;
    out.body = form;
    const auto set = [&out](http::field f, std::string_view value) {
        out.fields[static_cast<std::size_t>(f)] = {value, 1};
    };
    set(http::field::content_type, "application/x-www-form-urlencoded");
    if (!authorization.empty()) set(http::field::authorization, authorization);
    return out;
}

inline std::string basic(std::string_view id, std::string_view password) {
    const std::string plain = std::string(id) + ':' + std::string(password);
    std::string encoded(sodium_base64_encoded_len(plain.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                      plain.size(), sodium_base64_VARIANT_ORIGINAL);
    encoded.pop_back();  // the terminating zero
    return "Basic " + encoded;
}

inline reply send(const endpoint_task& endpoint, const http::request& request) {
    http::response response;
    auto to_end = [](task<void> work) -> task<bool> {
        co_await std::move(work);
        co_return true;
    };
    if (auto rest = endpoint(request, response)) {
        auto running = to_end(std::move(*rest));  // named: g++ 12 miscompiles a temporary here
        run(std::move(running));
    }
    return reply_of(response);
}

/// Everything that the endpoints use, in memory: the user `alice` (password `correct horse`, scopes `items
/// me`), no client.
struct oauth_fixture : testing::Test {
    static constexpr unix_time start{std::chrono::seconds{1'800'000'000}};

    oauth_fixture() {
        init_crypto();
        users::stored_user stored;
        stored.user.id = alice;
        stored.user.username = "Alice";
        stored.user.scopes = {"items", "me"};
        stored.password_hash = run(pool.hash(secret(std::string_view("correct horse")))).value();
        EXPECT_TRUE(run(users.insert(std::move(stored), "alice")));

        std::vector<std::unique_ptr<oauth::grant>> grants;
        grants.push_back(std::make_unique<oauth::password_grant>(logins, tokens,
                                                                 oauth::password_grant::settings{}, &opener));
        grants.push_back(
            std::make_unique<oauth::refresh_token_grant>(sessions, codec, tokens, authentication()));
        grants.push_back(std::make_unique<oauth::client_credentials_grant>(
            tokens, clock, oauth::client_credentials_grant::settings{}));
        token_endpoint = std::make_unique<oauth::token_endpoint>(std::move(grants), logins, authentication());
    }

    static passwords::hash_pool_settings cheap_lane() {
        passwords::hash_pool_settings lane;
        lane.parameters = {.memory_kib = 64, .passes = 1, .lanes = 1};
        return lane;
    }

    oauth::client_authentication authentication() { return oauth::client_authentication(clients); }

    static std::shared_ptr<const tokens::key_ring> ring() {
        std::vector<tokens::key_record> records;
        auto& record = records.emplace_back();
        record.kid = "hs256-test-key-1";
        record.algorithm = tokens::algorithm::hs256;
        record.material = secret(std::string(32, 'k'));
        record.not_before = start - std::chrono::hours(1);
        return tokens::key_ring::make(records).value();
    }

    /// Registers a client that may use every grant; its secret, which is empty for a public one.
    std::string add_client(std::string id, clients::client_type type = clients::client_type::confidential,
                           const std::function<void(clients::client&)>& change = {}) {
        clients::client added;
        added.client_id = id;
        added.type = type;
        added.grant_types = {"client_credentials", "password", "refresh_token"};
        std::string text;
        if (type == clients::client_type::confidential) {
            auto fresh = clients::generate_client_secret(clock.now());
            text = fresh.text.view();
            added.secrets.push_back(std::move(fresh.stored));
        }
        if (change) change(added);
        clients.rows[id] = std::move(added);
        return text;
    }

    reply post_token(std::string_view form, std::string_view authorization = {}) {
        const auto request = form_request(form, authorization);
        return send([this](const auto& q, auto& r) { return (*token_endpoint)(q, r); }, request);
    }
    reply log_in(std::string_view more = {}, std::string_view authorization = {}) {
        return post_token("grant_type=password&username=alice&password=correct+horse" + std::string(more),
                          authorization);
    }
    reply refresh(std::string_view token, std::string_view more = {}, std::string_view authorization = {}) {
        return post_token("grant_type=refresh_token&refresh_token=" + std::string(token) + std::string(more),
                          authorization);
    }

    /// errc{} when the token is good; `read` sees its claims.
    errc verdict(std::string_view token, const std::function<void(const tokens::claims&)>& read = {}) {
        tokens::verified_token verified;
        const auto outcome = tokens.verify(token, verified);
        if (!outcome) return outcome.error();
        if (read) read(verified.claims());
        return {};
    }
    std::string scope_of(std::string_view token) {
        std::string scope = "(not a good token)";
        verdict(token, [&](const auto& c) { scope = c.scope; });
        return scope;
    }

    manual_clock clock{start};
    tokens::revocations ended;
    memory_user_store users{ended, clock};
    passwords::hash_pool pool{cheap_lane()};
    users::authenticator logins{users, pool, clock};
    tokens::token_service tokens{
        {"https://login.example", "", std::chrono::seconds{900}}, ring(), ended, clock};
    sessions::session_settings lifetimes;
    memory_session_store sessions{users, ended, clock, lifetimes};
    memory_client_store clients;
    sessions::refresh_token_codec codec{secret(std::string(32, 'r'))};
    oauth::session_opener opener{sessions, codec, lifetimes, clock};
    users::user_id alice{crypto::uuid::v7(start)};
    std::unique_ptr<oauth::token_endpoint> token_endpoint;
};

inline constexpr errc good{};

}  // namespace latchkey::test
