#include <array>
#include <optional>

#include "http/characters.hpp"
#include "http/form.hpp"
#include "http/media_type.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;

constexpr std::string_view multipart = "multipart/";
constexpr std::size_t max_boundary = 70;       ///< RFC 2046 section 5.1.1
constexpr std::size_t max_part_header = 1024;  ///< bytes; browsers write about 60

/// RFC 2046 section 5.1.1: a blank may stand inside a boundary, not at its end.
bool is_boundary(std::string_view text) noexcept {
    if (text.empty() || text.size() > max_boundary || text.back() == ' ') return false;
    for (const char c : text)
        if (c != ' ' && !characters::is(c, characters::boundary)) return false;
    return true;
}

/// Undoes what browsers do to `"`, CR and LF in a name (WHATWG HTML, multipart/form-data encoding algorithm);
/// every other
/// `%` stands for itself.
std::string unescape_name(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, char>, 3> escapes{
        {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}}};
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out.push_back(text[at]);
        for (const auto& [escape, meant] : escapes) {
            if (!text.substr(at).starts_with(escape)) continue;
            out.back() = meant;
            at += 2;
            break;
        }
    }
    return out;
}

/// Cuts the text up to the next CRLF off the front, without the CRLF. Bare CR and LF are no text.
std::optional<std::string_view> take_line(std::string_view& text) noexcept {
    const auto end = text.find_first_of("\r\n");
    if (end == text.npos || !text.substr(end).starts_with("\r\n")) return {};
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
}

/// The name of `form-data; name="..."`; nothing for a file, for no name or two, and for any other
/// disposition.
std::optional<std::string> name_in_disposition(std::string_view value) {
    const std::string_view type = value.substr(0, value.find(';'));
    if (!equal_ignoring_case(characters::trim(type), "form-data")) return {};
    std::optional<std::string> name;
    parameter_reader parameters(value.substr(type.size()), true);
    while (parameters.next()) {
        // `name*` and `filename*` are forbidden here (RFC 7578 section 4.2); a parser that honours them sees
        // another form.
        if (parameters.name().ends_with('*') || equal_ignoring_case(parameters.name(), "filename")) return {};
        if (!equal_ignoring_case(parameters.name(), "name")) continue;
        if (name) return {};
        name = unescape_name(parameters.value());
    }
    return parameters.failed() ? std::nullopt : name;
}

/// These leave the bytes as they are; base64 and quoted-printable are forbidden over HTTP (RFC 7578
/// section 4.7).
bool is_identity_encoding(std::string_view value) noexcept {
    return equal_ignoring_case(value, "7bit") || equal_ignoring_case(value, "8bit") ||
           equal_ignoring_case(value, "binary");
}

/// May this line stand in a part's header? Finds the part's name in it.
bool read_part_line(std::string_view line, std::optional<std::string>& name) {
    const std::string_view field = line.substr(0, line.find(':'));
    if (field.empty() || field.size() == line.size() || !characters::all_are(field, characters::token))
        return false;
    const std::string_view value = characters::trim(line.substr(field.size() + 1));
    if (!characters::all_are(value, characters::field_value)) return false;
    if (equal_ignoring_case(field, "content-disposition")) {
        if (name) return false;
        name = name_in_disposition(value);
        return name.has_value();
    }
    if (equal_ignoring_case(field, "content-transfer-encoding")) return is_identity_encoding(value);
    if (equal_ignoring_case(field, "content-type"))
        return !equal_ignoring_case(parse_media_type(value).type.substr(0, multipart.size()), multipart);
    return true;
}

/// Header lines, an empty line, and the value up to the end.
bool read_part(std::string_view part, form& out) {
    const std::size_t whole = part.size();
    std::optional<std::string> name;
    for (;;) {
        const auto line = take_line(part);
        if (!line || whole - part.size() > max_part_header) return false;
        if (line->empty()) break;
        if (!read_part_line(*line, name)) return false;
    }
    if (!name || out.entries().size() == form::max_fields) return false;
    out.add(*name, part);
    return true;
}

/// Cuts everything up to and including the first delimiter off; it starts the body or a line.
bool skip_preamble(std::string_view& body, std::string_view delimiter) noexcept {
    const std::string_view at_start = delimiter.substr(2);
    if (body.starts_with(at_start)) {
        body.remove_prefix(at_start.size());
        return true;
    }
    const auto at = body.find(delimiter);
    if (at == body.npos) return false;
    body.remove_prefix(at + delimiter.size());
    return true;
}

/// Behind a delimiter: blanks ("transport padding") and a line end. Anything else means that the delimiter's
/// text stands inside a value, where RFC 2046 does not allow it.
bool skip_rest_of_delimiter(std::string_view& body) noexcept {
    const auto line = take_line(body);
    return line && characters::trim(*line).empty();
}

/// Behind the closing delimiter: blanks, then nothing or a line end and the epilogue.
bool is_end(std::string_view rest) noexcept {
    const auto at = std::min(rest.find_first_not_of(" \t"), rest.size());
    return at == rest.size() || rest.substr(at).starts_with("\r\n");
}

}  // namespace

result<form> decode_multipart(std::string_view body, std::string_view boundary) {
    if (!is_boundary(boundary)) return errc::malformed_form;
    const std::string delimiter = "\r\n--" + std::string(boundary);
    form out(body.size());
    if (!skip_preamble(body, delimiter)) return errc::malformed_form;
    while (!body.starts_with("--")) {
        if (!skip_rest_of_delimiter(body)) return errc::malformed_form;
        const auto end = body.find(delimiter);
        if (end == body.npos || !read_part(body.substr(0, end), out)) return errc::malformed_form;
        body.remove_prefix(end + delimiter.size());
    }
    if (!is_end(body.substr(2))) return errc::malformed_form;
    return out;
}

}  // namespace latchkey::http
