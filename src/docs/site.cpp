#include "docs/site.hpp"

#include "http/error_table.hpp"
#include "http/gzip.hpp"

namespace latchkey::docs {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view javascript = "text/javascript; charset=utf-8";

/// W3C CSP Level 3. Only what `sources` adds, and calls to this service.
std::string policy(std::string_view sources) {
    return std::string("Content-Security-Policy: default-src 'none'; connect-src 'self'; ")
        .append(sources)
        .append(
            "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
            "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
            "Cross-Origin-Opener-Policy: same-origin\r\n");
}

/// Swagger UI draws its icons from data: URLs in its style sheet.
std::string docs_policy() {
    return policy("script-src 'self'; style-src 'self'; img-src 'self' data:");
}

/// The demo is one file, to be copied: its script and style are inline, and allowed by what they are.
std::string demo_policy(std::string_view page) {
    return policy("script-src " + hash_source(page, "script") + "; style-src " + hash_source(page, "style") +
                  "; img-src data:");
}

}  // namespace

site::site(const described_service& service)
    : document_(openapi_document(embedded("openapi.json").bytes, service)),
      compressed_document_(http::gzip(document_)),
      openapi_("application/json",
               {.name = "openapi.json", .bytes = document_, .gzip = compressed_document_}),
      page_(html, embedded("docs.html"), docs_policy()),
      script_(javascript, embedded("docs.js")),
      bundle_(javascript, embedded("swagger-ui-bundle.js")),
      style_("text/css; charset=utf-8", embedded("swagger-ui.css")) {
    if (!service.demo) return;
    const auto file = embedded("demo.html");
    demo_.emplace(html, file, demo_policy(file.bytes));
}

void site::file(const http::request& request, http::response& response) const {
    const auto name = request.parameter;
    if (name == "docs.js") return script_(request, response);
    if (name == "swagger-ui-bundle.js") return bundle_(request, response);
    if (name == "swagger-ui.css") return style_(request, response);
    http::write_error(response, errc::not_found);
}

}  // namespace latchkey::docs
