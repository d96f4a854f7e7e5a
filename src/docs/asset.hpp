#pragma once

#include <string>
#include <string_view>

#include "docs/embedded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace latchkey::docs {

/// A file over HTTP: ETag and 304, compressed for whoever asks for gzip, `nosniff`, and asked for anew each
/// time (a service may be upgraded any day). Ranges are not served: the whole file is a right answer (RFC
/// 9110 section 14.2). Immutable, thread-safe.
class asset {
public:
    asset() = default;
    /// `bytes` and `gzip` are sent from where they are, so they must outlive every connection; an empty
    /// `gzip`: there is no compressed form. `headers`: further lines, each with its CRLF.
    asset(std::string_view content_type, embedded_file, std::string_view headers = {});

    /// GET, and HEAD.
    void operator()(const http::request&, http::response&) const;

private:
    std::string_view content_type_;
    embedded_file file_;
    std::string tag_;       ///< of the file as it is (RFC 9110 section 8.8.3)
    std::string gzip_tag_;  ///< of its compressed form: other bytes, another tag
    std::string headers_;
};

/// The CSP source of an inline script or style: `'sha256-…'` (W3C CSP Level 3 section 2.3.1) of what stands
/// between the first `<element>` and `</element>`. An element that is not there is a std::logic_error.
std::string hash_source(std::string_view html, std::string_view element);

}  // namespace latchkey::docs
