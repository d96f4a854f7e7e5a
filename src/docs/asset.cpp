#include "docs/asset.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <span>
#include <stdexcept>

#include "crypto/base64url.hpp"
#include "http/content_coding.hpp"
#include "http/entity_tag.hpp"

namespace latchkey::docs {
namespace {

using digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

digest sha256(std::string_view bytes) {
    digest out;
    SHA256(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), out.data());
    return out;
}

/// 128 bits tell every version apart.
std::string name_of(std::string_view bytes) {
    const digest whole = sha256(bytes);
    return crypto::base64url::encode(std::span(whole).first<16>());
}

}  // namespace

asset::asset(std::string_view content_type, embedded_file file, std::string_view headers)
    : content_type_(content_type),
      file_(file),
      headers_("Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n") {
    const std::string name = name_of(file.bytes);
    tag_ = '"' + name + '"';
    gzip_tag_ = '"' + name + "-gz\"";
    headers_.append(headers);
    if (!file.gzip.empty()) headers_.append("Vary: Accept-Encoding\r\n");
}

void asset::operator()(const http::request& request, http::response& response) const {
    const bool compressed = !file_.gzip.empty() && http::asks_for_gzip(request);
    const std::string& tag = compressed ? gzip_tag_ : tag_;
    response.add("ETag", tag);
    response.add_lines(headers_);
    if (http::has_current(request, tag)) return response.status(304);
    if (compressed) response.add_lines("Content-Encoding: gzip\r\n");
    response.stored_body(content_type_, compressed ? file_.gzip : file_.bytes);
}

std::string hash_source(std::string_view html, std::string_view element) {
    const std::string begin = "<" + std::string(element) + ">";
    const auto open = html.find(begin);
    const auto from = open + begin.size();
    const auto to = open == html.npos ? open : html.find("</" + std::string(element) + ">", from);
    if (to == html.npos) throw std::logic_error("no " + begin + " in the page");
    const digest hash = sha256(html.substr(from, to - from));
    std::array<unsigned char, 4 * ((hash.size() + 2) / 3) + 1> text;
    const int size = EVP_EncodeBlock(text.data(), hash.data(), static_cast<int>(hash.size()));
    return "'sha256-" + std::string(text.begin(), text.begin() + size) + "'";
}

}  // namespace latchkey::docs
