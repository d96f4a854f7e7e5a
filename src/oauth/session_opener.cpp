#include "oauth/session_opener.hpp"

namespace latchkey::oauth {

session_opener::session_opener(sessions::session_store& store, const sessions::refresh_token_codec& codec,
                               sessions::session_settings settings, const wall_clock& clock)
    : store_(store), codec_(codec), settings_(settings), clock_(clock) {}

task<result<opened_session>> session_opener::open(sessions::session begun, unix_time authenticated_at,
                                                  std::optional<std::chrono::seconds> lifetime) const {
    const unix_time now = clock_.now();
    const sessions::session_id id{crypto::uuid::v7(now)};
    const std::uint32_t counter = begun.counter;
    begun.id = id;
    begun.created_at = begun.last_used_at = now;
    begun.expires_at = now + (lifetime ? std::chrono::milliseconds(*lifetime) : settings_.absolute_lifetime);
    const auto opened = co_await store_.open(std::move(begun), authenticated_at);
    if (!opened) co_return opened.error();
    co_return opened_session{id, codec_.encode({id, counter})};
}

}  // namespace latchkey::oauth
