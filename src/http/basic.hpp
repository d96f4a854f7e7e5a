#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// User-id and password of HTTP Basic (RFC 7617), still form-url-encoded if the client encoded them (RFC 6749
/// section 2.3.1).
class basic_credentials {
public:
    /// `text[colon]` stands between the two.
    basic_credentials(secret text, std::size_t colon) : text_(std::move(text)), colon_(colon) {}
    std::string_view id() const noexcept { return text_.view().substr(0, colon_); }
    std::string_view password() const noexcept { return text_.view().substr(colon_ + 1); }

private:
    secret text_;
    std::size_t colon_;
};

/// Nothing without an Authorization line or with another scheme; errc::malformed_basic for bad base64 or no
/// colon; errc::repeated_credentials for more than one line. Padding may be missing, as some clients leave it
/// out; wrong padding, blanks inside and stray bits at the end are malformed. The id ends at the first colon;
/// both may be empty.
result<std::optional<basic_credentials>> basic_authorization(const request&);

}  // namespace latchkey::http
