#include "oauth/client_authentication.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "crypto/random.hpp"
#include "http/basic.hpp"
#include "http/characters.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {
namespace {

using clients::client_type;

struct credentials {
    std::string_view id;
    std::string_view password;
};

/// What was sent, in the order in which it is compared: Basic can be read in two ways. The readings are views
/// into the rest, wherever it is moved to, and into the form.
struct presented_credentials {
    std::optional<http::basic_credentials> basic;
    secret decoded_id;
    secret decoded_password;
    std::array<credentials, 2> readings;
    std::size_t count = 0;

    std::span<const credentials> all() const noexcept { return std::span(readings).first(count); }
    void add(credentials c) { readings[count++] = c; }
};

/// The name of a client that nobody registered goes into tokens and sessions: *VSCHAR (RFC 6749 appendix
/// A.1), and not long enough to make a token that nobody accepts.
bool is_client_name(std::string_view id) noexcept {
    const auto is_allowed = [](char c) {
        return c == ' ' || http::characters::is(c, http::characters::visible);
    };
    return id.size() <= 255 && std::ranges::all_of(id, is_allowed);
}

void read_basic(presented_credentials& out) {
    const credentials raw{out.basic->id(), out.basic->password()};
    if (http::is_form_url_encoded(raw.id) || http::is_form_url_encoded(raw.password)) {
        out.decoded_id = http::form_url_decode(raw.id);
        out.decoded_password = http::form_url_decode(raw.password);
        out.add({out.decoded_id.view(), out.decoded_password.view()});
    }
    out.add(raw);
}

result<presented_credentials> read_credentials(const http::request& request, const form_credentials& form) {
    auto basic = http::basic_authorization(request);
    if (!basic) return basic.error();
    presented_credentials presented;
    if (!*basic || ((*basic)->id().empty() && (*basic)->password().empty())) {
        presented.add({form.id, form.secret});
        return presented;
    }
    if (!form.secret.empty()) return errc::repeated_credentials;
    presented.basic = std::move(*basic);
    read_basic(presented);
    const auto names_same = [&form](const credentials& c) { return c.id == form.id; };
    if (!form.id.empty() && std::ranges::none_of(presented.all(), names_same))
        return errc::repeated_credentials;
    return presented;
}

/// Stands in for a client that does not exist, so that a wrong name costs the comparison that a wrong secret
/// does.
clients::client make_nobody() {
    clients::client nobody;
    for (std::size_t i = 0; i < clients::max_client_secrets; ++i) {
        const auto digest = crypto::random_array<32>();
        nobody.secrets.push_back(
            {.id = {}, .digest = std::string(digest.begin(), digest.end()), .created_at = {}});
    }
    return nobody;
}

/// `registered` is null when there is no such client.
bool has_proved(const clients::client* registered, std::string_view password) {
    static const clients::client nobody = make_nobody();
    const bool right = clients::verify_client_secret(registered ? *registered : nobody, password);
    return right && registered && !registered->disabled && registered->type == client_type::confidential;
}

}  // namespace

task<result<client>> client_authentication::operator()(const http::request& request, form_credentials form,
                                                       client_name name) const {
    const auto presented = read_credentials(request, form);
    if (!presented) co_return presented.error();
    const errc refusal = presented->basic ? errc::invalid_client_basic : errc::invalid_client;
    const auto& first = presented->readings.front();
    if (first.password.empty()) {
        if (first.id.empty() && name == client_name::optional) co_return client{};
        auto named = co_await public_client(std::string(first.id));
        if (!named && named.error() == errc::invalid_client) co_return refusal;
        co_return named;
    }
    for (const auto& reading : presented->all()) {
        auto registered = co_await find(std::string(reading.id));
        if (!registered) co_return registered.error();
        if (has_proved(*registered ? &**registered : nullptr, reading.password))
            co_return client{std::string(reading.id), std::move(*registered)};
    }
    co_return refusal;
}

bool client_authentication::knows(const http::request& request, form_credentials form) const {
    if (recent_ == nullptr) return false;
    const auto presented = read_credentials(request, form);
    if (!presented) return false;
    const auto now = clients::recent_clients::clock::now();
    return std::ranges::any_of(presented->all(), [&](const credentials& reading) {
        return has_proved(recent_->recall(reading.id, now), reading.password);
    });
}

task<result<client>> client_authentication::public_client(std::string id) const {
    auto registered = co_await find(id);
    if (!registered) co_return registered.error();
    if (*registered) {
        const bool accepted = !(*registered)->disabled && (*registered)->type == client_type::public_;
        if (!accepted) co_return errc::invalid_client;
        co_return client{std::move(id), std::move(*registered)};
    }
    if (!is_client_name(id)) co_return errc::invalid_client;
    const auto empty = co_await is_registry_empty();
    if (!empty) co_return empty.error();
    if (!*empty) co_return errc::invalid_client;
    co_return client{std::move(id), std::nullopt};
}

/// Nothing when there is no such client.
task<result<std::optional<clients::client>>> client_authentication::find(std::string id) const {
    if (store_ == nullptr || !clients::is_client_id(id)) co_return std::optional<clients::client>{};
    auto found = co_await store_->find(std::move(id));
    if (found) co_return std::optional(std::move(*found));
    if (found.error() == errc::not_found) co_return std::optional<clients::client>{};
    co_return found.error();
}

task<result<bool>> client_authentication::is_registry_empty() const {
    if (store_ == nullptr) co_return true;
    const auto count = co_await store_->count();
    if (!count) co_return count.error();
    co_return *count == 0;
}

}  // namespace latchkey::oauth
