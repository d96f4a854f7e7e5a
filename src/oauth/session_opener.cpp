#include "oauth/session_opener.hpp"

namespace latchkey::oauth {

session_opener::session_opener(sessions::session_store& store, const sessions::refresh_token_codec& codec,
                               sessions::session_settings settings, const wall_clock& clock)
    : store_(store), codec_(codec), settings_(settings), clock_(clock) {}

task<result<opened_session>> session_opener::open(sessions::session begun, unix_time authenticated_at,
                                                  std::optional<std::chrono::seconds> lifetime) const {
    const unix_time now = clock_.now();
    const sessions::refresh_token first{begun.id, begun.counter};
    begun.created_at = begun.last_used_at = now;
    begun.expires_at = now + (lifetime ? std::chrono::milliseconds(*lifetime) : settings_.absolute_lifetime);
    const auto opened = co_await store_.open(std::move(begun), authenticated_at);
    if (!opened) co_return opened.error();
    co_return opened_session{first.session, codec_.encode(first)};
}

std::optional<sessions::session_id> session_opener::session_of(
    std::string_view refresh_token) const noexcept {
    const auto read = codec_.decode(refresh_token);
    return read ? std::optional(read->session) : std::nullopt;
}

}  // namespace latchkey::oauth
