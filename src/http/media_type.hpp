#pragma once

#include <string>
#include <string_view>

#include "http/characters.hpp"

namespace latchkey::http {

/// A Content-Type value (RFC 9110 section 8.3.1).
struct media_type {
    std::string_view type;  ///< as sent, without parameters: compare it ignoring case. Empty when malformed,
                            ///< which a list of two and a repeated parameter are, too.
    std::string
        boundary;  ///< the `boundary` parameter, unquoted; RFC 2046's rules for it are not checked here

    bool is(std::string_view lower_case) const noexcept {
        return characters::equal_ignoring_case(type, lower_case);
    }
};

/// `type` is a view into `content_type`.
media_type parse_media_type(std::string_view content_type);

/// Reads `*( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )`, the parameters of Content-Type and its
/// like (RFC 9110 section 5.6.6), one at a time from the front of `rest`.
class parameter_reader {
public:
    /// `html_quoting`: a quoted-string as browsers write it in multipart/form-data, where a backslash stands
    /// for itself unless it precedes `"` or another backslash.
    explicit parameter_reader(std::string_view rest, bool html_quoting = false) noexcept
        : rest_(rest), html_quoting_(html_quoting) {}

    /// Moves to the next parameter; false at the end or when what follows is malformed (then failed()).
    bool next();
    bool failed() const noexcept { return failed_; }
    std::string_view name() const noexcept { return name_; }
    std::string& value() noexcept { return value_; }  ///< unquoted

private:
    bool skip_to_parameter() noexcept;
    bool read_value();
    bool read_quoted();
    bool fail() noexcept;

    std::string_view rest_;
    std::string_view name_;
    std::string value_;
    bool html_quoting_;
    bool failed_ = false;
};

}  // namespace latchkey::http
