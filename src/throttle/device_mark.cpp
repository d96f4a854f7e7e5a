#include "throttle/device_mark.hpp"

#include <algorithm>
#include <span>

#include "crypto/base64url.hpp"
#include "crypto/random.hpp"

namespace latchkey::throttle {
namespace {

namespace base64url = crypto::base64url;

constexpr std::uint8_t version = 1;
constexpr std::size_t device_at = 1, hour_at = 9, mac_at = 13, mac_size = 16, mark_size = mac_at + mac_size;

constexpr std::size_t session_tag_at = 12;

using fields = std::array<std::uint8_t, mark_size>;

std::string_view signed_part(const fields& mark) noexcept {
    return {reinterpret_cast<const char*>(mark.data()), mac_at};
}

unix_time hour_of(const fields& mark) noexcept {
    std::int64_t hours = 0;
    for (std::size_t i = hour_at; i < mac_at; ++i)
        hours = hours << 8 | mark[i];
    return unix_time{std::chrono::hours{hours}};
}

}  // namespace

crypto::hmac_sha256::tag device_mark_codec::mac_of(std::string_view fields,
                                                   std::string_view canonical) const {
    // The fields have a fixed length, so no two pairs of fields and name are the same message.
    return mac_.mac(std::string("device mark").append(fields).append(canonical));
}

std::string device_mark_codec::issue(std::string_view canonical, unix_time now) const {
    fields mark{version};
    crypto::random_bytes(std::span(mark).subspan(device_at, hour_at - device_at));
    const auto hours = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
    for (std::size_t i = hour_at; i < mac_at; ++i)
        mark[i] = static_cast<std::uint8_t>(hours >> 8 * (mac_at - 1 - i) & 0xff);
    const auto tag = mac_of(signed_part(mark), canonical);
    std::copy_n(tag.begin(), mac_size, mark.begin() + mac_at);
    return base64url::encode(mark);
}

std::optional<device_mark> device_mark_codec::read(std::string_view mark, std::string_view canonical,
                                                   unix_time now) const {
    if (mark.size() != base64url::encoded_size(mark_size)) return std::nullopt;
    std::array<std::uint8_t, base64url::decoded_capacity(base64url::encoded_size(mark_size))> room{};
    const auto size = base64url::decode(mark, room);
    if (!size || *size != mark_size || room[0] != version) return std::nullopt;
    fields read{};
    std::copy_n(room.begin(), mark_size, read.begin());
    const auto expected = mac_of(signed_part(read), canonical);
    if (!equal_in_constant_time(std::span(expected).first<mac_size>(), std::span(read).last<mac_size>()))
        return std::nullopt;
    device_mark out{.device = {}, .issued = hour_of(read)};
    if (now >= out.issued + lifetime) return std::nullopt;
    std::copy_n(read.begin() + device_at, out.device.size(), out.device.begin());
    return out;
}

/// The id with its last four bytes as they must be.
crypto::uuid device_mark_codec::tagged(crypto::uuid id, std::string_view canonical) const {
    const std::string_view fields(reinterpret_cast<const char*>(id.bytes.data()), session_tag_at);
    const auto tag = mac_.mac(std::string("device session").append(fields).append(canonical));
    std::copy_n(tag.begin(), id.bytes.size() - session_tag_at, id.bytes.begin() + session_tag_at);
    return id;
}

crypto::uuid device_mark_codec::session_id(std::string_view canonical, unix_time now) const {
    return tagged(crypto::uuid::v7(now), canonical);
}

bool device_mark_codec::is_session_of(const crypto::uuid& id, std::string_view canonical,
                                      unix_time now) const {
    return equal_in_constant_time(id.bytes, tagged(id, canonical).bytes) && now < id.time() + lifetime;
}

}  // namespace latchkey::throttle
