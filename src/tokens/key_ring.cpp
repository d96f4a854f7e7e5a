#include "tokens/key_ring.hpp"

#include <algorithm>
#include <utility>

#include "crypto/base64url.hpp"

namespace latchkey::tokens {
namespace {

/// One spelling and no blanks: what a ring issues is what it accepts.
std::string encode_header(const signing_key& key, std::string_view typ) {
    std::string json = R"({"alg":")";
    json.append(name(key.algorithm())).append(R"(","kid":")").append(key.kid());
    json.append(R"(","typ":")").append(typ).append(R"("})");
    return crypto::base64url::encode(std::string_view(json));
}

bool may_sign(const key_ring::entry& e, unix_time now) {
    return e.not_before <= now && !(e.retired_at && *e.retired_at <= now);
}

}  // namespace

result<std::shared_ptr<const key_ring>> key_ring::make(const std::vector<key_record>& records) {
    auto ring = std::make_shared<key_ring>();
    for (const auto& record : records) {
        auto key = load_key(record);
        if (!key) return key.error();
        const bool known = std::any_of(ring->entries_.begin(), ring->entries_.end(),
                                       [&](const entry& e) { return e.key->kid() == record.kid; });
        if (known) return errc::internal;
        auto header = encode_header(**key, "JWT");
        auto profile_header = encode_header(**key, "at+jwt");
        ring->entries_.push_back({std::move(*key), std::move(header), std::move(profile_header),
                                  record.not_before, record.retired_at});
    }
    return std::shared_ptr<const key_ring>(std::move(ring));
}

const key_ring::entry* key_ring::signer(unix_time now) const noexcept {
    const entry* youngest = nullptr;
    // Equal times are settled by the kid, so that all processes with this ring choose the same key.
    const auto age = [](const entry& e) { return std::pair(e.not_before, e.key->kid()); };
    for (const auto& e : entries_)
        if (may_sign(e, now) && (!youngest || age(*youngest) < age(e))) youngest = &e;
    return youngest;
}

const key_ring::entry* key_ring::find(std::string_view encoded_header) const noexcept {
    for (const auto& e : entries_)
        if (e.encoded_header == encoded_header || e.encoded_profile_header == encoded_header) return &e;
    return nullptr;
}

}  // namespace latchkey::tokens
