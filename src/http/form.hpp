#pragma once

#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"

namespace latchkey::http {

/// The fields of a form in the order sent, decoded. What needed decoding lies in one buffer that is wiped
/// with the form (one of them is a password), the rest where it was sent.
class form {
public:
    /// Views into the message's body or the form's buffer: good as long as the body, and the form or what it
    /// was moved to.
    struct entry {
        std::string_view name;
        std::string_view value;
    };

    /// At most this many fields; more is errc::malformed_form.
    static constexpr std::size_t max_fields = 64;

    form() = default;
    /// Of a body of so many bytes, to which names and values decoded cannot come. The buffer is made at once
    /// for all of them when it is needed: growing would leave copies of a password behind.
    explicit form(std::size_t body_size) : capacity_(body_size) {}

    /// Copies the name, which was changed; the value stands in the body. std::length_error when the names and
    /// values of all are larger than the body.
    void add(std::string_view name, std::string_view value);
    /// Decodes both from x-www-form-urlencoded, where they stand in the body.
    void add_encoded(std::string_view name, std::string_view value);
    std::span<const entry> entries() const noexcept { return {entries_.data(), entries_.size()}; }

private:
    std::span<std::uint8_t> room_for(std::size_t bytes);
    std::string_view keep(std::string_view text);
    std::string_view decode(std::string_view text);

    std::size_t capacity_ = 0;
    secret text_;
    std::size_t used_ = 0;
    boost::container::static_vector<entry, max_fields> entries_;
};

/// application/x-www-form-urlencoded (WHATWG URL section 5.1): `+` is a blank, %XX a byte, everything else
/// stands for itself, raw bytes and a `%` without two digits included, as `curl -d` sends them.
/// errc::malformed_form for more than max_fields.
result<form> decode_urlencoded(std::string_view body);

/// multipart/form-data (RFC 7578) with the boundary of the media type (1 to 70 characters, RFC 2046
/// section 5.1.1). Text before the first delimiter and behind the last is ignored, and so is a part's
/// Content-Type unless it is multipart/*. Refused with errc::malformed_form: a part with a filename, a nested
/// multipart, a Content-Transfer-Encoding that would need decoding, a part without exactly one name, a
/// missing `--boundary--`, more than max_fields parts, bare LF or CR at a delimiter or in a part's header. In
/// a name `%22`, `%0D`, `%0A` (browsers) and `\"`, `\\` (others) are unescaped.
result<form> decode_multipart(std::string_view body, std::string_view boundary);

/// By the request's Content-Type: one of the two above; errc::json_body for application/json and `+json`;
/// errc::unsupported_media_type for any other. A missing Content-Type is read as x-www-form-urlencoded.
result<form> decode_form(std::string_view content_type, std::string_view body);

/// Whether form_url_decode() would change anything.
bool is_form_url_encoded(std::string_view) noexcept;
/// Decodes one x-www-form-urlencoded name or value (also the halves of HTTP Basic, RFC 6749 section 2.3.1).
secret form_url_decode(std::string_view);

}  // namespace latchkey::http
