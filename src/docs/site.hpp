#pragma once

#include <optional>
#include <string>

#include "docs/asset.hpp"
#include "docs/openapi.hpp"

namespace latchkey::docs {

/// The pages for people: what the service answers, and where to try it. No page loads anything from another
/// host, runs a script that is not its own, or can be framed. Immutable, thread-safe; must outlive every
/// connection that it answers.
class site {
public:
    explicit site(const described_service&);
    site(const site&) = delete;
    site& operator=(const site&) = delete;

    /// GET /openapi.json
    void openapi(const http::request& q, http::response& out) const { openapi_(q, out); }
    /// GET /docs: Swagger UI. Its own links are relative, so that it works under any prefix.
    void page(const http::request& q, http::response& out) const { page_(q, out); }
    /// GET /docs/{file}: what the page is made of; errc::not_found for anything else.
    void file(const http::request&, http::response&) const;
    /// GET /demo: a frontend in one file. Only when has_demo().
    void demo(const http::request& q, http::response& out) const { demo_.value()(q, out); }
    bool has_demo() const noexcept { return demo_.has_value(); }

private:
    std::string document_;
    std::string compressed_document_;
    asset openapi_;
    asset page_;
    asset script_;
    asset bundle_;
    asset style_;
    std::optional<asset> demo_;
};

}  // namespace latchkey::docs
