#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::http {

/// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: CRLF only, chunk size of 1 to 16 hexadecimal
/// digits without blanks, extensions of visible ASCII only and at most 256 bytes a chunk, trailers at most 8 KiB and never
/// a framing, routing or credential field (Content-Length, Transfer-Encoding, Host, Authorization, Cookie, Content-Type …).
/// Incremental: any split of the same bytes gives the same result.
class chunked_decoder {
public:
    /// Prepares for a new body of at most `body_limit` decoded bytes.
    void reset(std::size_t body_limit) noexcept;

    struct progress {
        std::size_t consumed = 0; ///< bytes of `in` that belong to this body
        bool complete = false;    ///< the last chunk and the trailers have been read
    };
    /// Consumes from `in` and appends decoded bytes to `body`. errc::malformed_request, errc::body_too_large.
    result<progress> decode(std::string_view in, std::string& body);

private:
    enum class state : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailer, complete };
    state state_ = state::size;
    std::uint64_t remaining_ = 0;
    std::size_t digits_ = 0;
    std::size_t extension_size_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t decoded_ = 0;
    std::string trailers_;
};

} // namespace latchkey::http
