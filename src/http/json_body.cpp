#include "http/json_body.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <utility>
#include <vector>

#include "http/media_type.hpp"

namespace latchkey::http {
namespace {

constexpr std::size_t max_depth = 8;

/// Boost.JSON keeps the last of two equal members; another parser in front of us may have kept the first.
/// This handler sees every key as it is sent, which the parsed value no longer shows.
class duplicate_finder {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using code = boost::system::error_code;
    using view = boost::json::string_view;

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return open_.emplace_back(), true; }
    bool on_object_end(std::size_t, code&) { return open_.pop_back(), true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(view part, std::size_t, code&) { return key_.append(part.data(), part.size()), true; }
    bool on_key(view part, std::size_t, code& error) {
        key_.append(part.data(), part.size());
        auto& keys = open_.back();
        if (std::find(keys.begin(), keys.end(), key_) != keys.end())
            return error = boost::json::error::syntax, false;
        keys.push_back(std::exchange(key_, {}));
        return true;
    }
    bool on_string_part(view, std::size_t, code&) { return true; }
    bool on_string(view, std::size_t, code&) { return true; }
    bool on_number_part(view, code&) { return true; }
    bool on_int64(std::int64_t, view, code&) { return true; }
    bool on_uint64(std::uint64_t, view, code&) { return true; }
    bool on_double(double, view, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(view, code&) { return true; }
    bool on_comment(view, code&) { return true; }

private:
    std::vector<std::vector<std::string>> open_;
    std::string key_;
};

bool has_duplicate_member(std::string_view text, const boost::json::parse_options& options) {
    boost::json::basic_parser<duplicate_finder> parser(options);
    boost::system::error_code error;
    parser.write_some(false, text.data(), text.size(), error);
    return error.failed();
}

}  // namespace

result<boost::json::object> json_body(const request& r) {
    if (!parse_media_type(r[field::content_type]).is("application/json")) return errc::unsupported_media_type;
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code error;
    auto value = boost::json::parse({r.body.data(), r.body.size()}, error, {}, options);
    if (error || !value.is_object() || has_duplicate_member(r.body, options)) return errc::malformed_json;
    return std::move(value.as_object());
}

}  // namespace latchkey::http
