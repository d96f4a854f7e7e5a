#include "http/path.hpp"

#include <algorithm>

#include "http/characters.hpp"
#include "http/framing.hpp"

namespace latchkey::http {
namespace {

using characters::hex_value;
using characters::is;

/// Path and query of any of the three forms, nothing decoded yet.
result<split_target> split(std::string_view target) noexcept {
    const target_authority authority = authority_of(target);
    if (authority.path_at > 0) {
        if (!is_host(authority.text)) return errc::malformed_target;
        target.remove_prefix(authority.path_at);
    } else if (!target.starts_with('/')) {
        return errc::malformed_target;
    }
    const auto mark = std::min(target.find('?'), target.size());
    if (target.substr(0, mark).find('\\') != target.npos) return errc::malformed_target;
    return split_target{target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
}

/// What an escape may not stand for: `%2F` would be one segment to us and two to a proxy that decodes first.
bool may_be_escaped(unsigned byte) noexcept {
    return byte >= 0x20 && byte != 0x7F && byte != '/' && byte != '\\';
}

/// Appends the path with unreserved characters decoded and every other escape in upper case; false when
/// malformed.
bool append_decoded(std::string& out, std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (std::size_t at = 0; at < path.size(); ++at) {
        if (path[at] != '%') {
            out.push_back(path[at]);
            continue;
        }
        if (path.size() - at < 3) return false;
        const int high = hex_value(path[at + 1]), low = hex_value(path[at + 2]);
        if (high < 0 || low < 0) return false;
        const auto byte = static_cast<unsigned>(high) * 16 + static_cast<unsigned>(low);
        if (!may_be_escaped(byte)) return false;
        if (const char c = static_cast<char>(byte); is(c, characters::unreserved))
            out.push_back(c);
        else
            out.append({'%', digits[byte / 16], digits[byte % 16]});
        at += 2;
    }
    return true;
}

/// Takes `.` and `..` out of `path` in place (RFC 3986 section 5.2.4); false when it climbs above the root.
bool remove_dot_segments(std::string& path) {
    std::size_t kept = 0;  // path[0, kept) is done
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at + 1), path.size());
        const std::string_view segment(path.data() + at, end - at);  // with its leading slash
        const bool last = end == path.size();
        if (segment == "/..") {
            if (kept == 0) return false;
            kept = path.rfind('/', kept - 1);
        }
        if (segment == "/." || segment == "/..") {
            if (last) path[kept++] = '/';
        } else {
            std::copy(segment.begin(), segment.end(), path.begin() + static_cast<std::ptrdiff_t>(kept));
            kept += segment.size();
        }
        at = end;
    }
    path.resize(kept);
    return true;
}

bool may_need_work(std::string_view path) noexcept {
    return path.empty() || path.find('%') != path.npos || path.find("/.") != path.npos;
}

}  // namespace

result<split_target> normalize_target(std::string_view target, std::string& scratch) {
    // As nearly always.
    if (target.starts_with('/') && characters::all_are(target, characters::plain_path))
        return split_target{target, {}};
    if (target == "*") return split_target{target, {}};
    if (!characters::all_are(target, characters::visible) || target.find('#') != target.npos)
        return errc::malformed_target;
    auto parts = split(target);
    if (!parts || !may_need_work(parts->path)) return parts;
    scratch.clear();
    if (!append_decoded(scratch, parts->path)) return errc::malformed_target;
    if (scratch.empty()) scratch = "/";  // http://host is http://host/ (RFC 9110 section 4.2.3)
    if (!remove_dot_segments(scratch)) return errc::malformed_target;
    if (parts->path != scratch) parts->path = scratch;
    return parts;
}

}  // namespace latchkey::http
