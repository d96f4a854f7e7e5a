// decode_multipart() with the boundary `b` on any body: what it accepts is closed, and every value stands in
// the body.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/form.hpp"

namespace {

using latchkey::http::form;

void require(bool fact) {
    if (!fact) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto decoded = latchkey::http::decode_multipart(body, "b");
    if (!decoded) return 0;
    require(body.find("--b--") != body.npos);
    require(decoded->entries().size() <= form::max_fields);
    for (std::size_t at = 0; const auto& entry : decoded->entries()) {
        require(entry.value.find("\r\n--b") == std::string_view::npos);
        at = body.find(entry.value, at);
        require(at != body.npos);
    }
    return 0;
}
