#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::http {

/// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: CRLF only, chunk size of 1 to 16
/// hexadecimal digits without blanks, extensions of visible ASCII only (no backslash, quotes in pairs) and at
/// most 256 bytes a chunk and 8 KiB a body, trailers at most 8 KiB and never a framing, routing or credential
/// field (Content-Length, Transfer-Encoding, Host, Authorization, Cookie, Content-Type …). Trailers are
/// checked and forgotten. Incremental: any split of the same bytes gives the same result. After an error
/// every call fails the same way.
class chunked_decoder {
public:
    static constexpr std::size_t max_extension = 256;  ///< bytes of one chunk's, from its `;`
    static constexpr std::size_t max_extensions =
        8 * 1024;  ///< bytes of a body's: they cost time and carry nothing
    static constexpr std::size_t max_trailers = 8 * 1024;  ///< bytes, line ends included

    /// Prepares for a new body of at most `body_limit` decoded bytes.
    void reset(std::size_t body_limit) noexcept;

    struct progress {
        std::size_t consumed = 0;  ///< bytes of `in` that belong to this body
        bool complete = false;     ///< the last chunk and the trailers have been read
    };
    /// Consumes from `in` and appends decoded bytes to `body`. errc::malformed_request, errc::body_too_large.
    result<progress> decode(std::string_view in, std::string& body);

private:
    enum class state : std::uint8_t {
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,  ///< of a trailer line, or of the empty line that ends the body
        trailer_name,
        trailer_value,
        trailer_lf,
        final_lf,
        complete,
        failed
    };
    /// Each takes one byte and says whether it may stand there.
    bool take(char);
    bool take_size(char) noexcept;
    bool take_extension(char) noexcept;
    bool take_trailer_start(char) noexcept;
    bool take_trailer_name(char) noexcept;
    bool take_trailer_value(char) noexcept;
    bool take_exactly(char found, char wanted, state next) noexcept;
    std::size_t take_data(std::string_view in, std::string& body);
    void start_size() noexcept;
    bool in_trailers() const noexcept { return state_ >= state::trailer_start && state_ <= state::final_lf; }
    errc fail(errc) noexcept;

    state state_ = state::size;
    errc error_ = errc::malformed_request;
    std::uint64_t remaining_ =
        0;  ///< bytes of the current chunk still to come; while in `size`, its size so far
    std::size_t digits_ = 0;
    bool quoted_ = false;  ///< an odd number of quotes so far in the extension
    std::size_t extension_size_ = 0;
    std::size_t extensions_size_ = 0;
    std::size_t trailers_size_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t decoded_ = 0;
    std::array<char, 32> name_{};  ///< of the trailer, lower case; no forbidden name is longer
    std::size_t name_size_ = 0;    ///< may exceed name_
};

}  // namespace latchkey::http
