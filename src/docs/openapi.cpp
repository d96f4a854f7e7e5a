#include "docs/openapi.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace latchkey::docs {
namespace {

using boost::json::object;

bool is_on(std::string_view setting, const described_service& service) {
    if (setting == "docs.enabled") return true;  // or nobody would read this
    if (setting == "server.oauth_aliases") return service.oauth_aliases;
    if (setting == "accounts.registration") return service.registration;
    if (setting == "latchkey dev") return service.demo;
    throw std::logic_error("openapi.json names an unknown setting: " + std::string(setting));
}

object answered_paths(const object& all, const described_service& service) {
    object answered;
    for (const auto& [path, item] : all) {
        const auto* setting = item.as_object().if_contains("x-latchkey-setting");
        if (setting == nullptr || is_on(std::string(setting->as_string()), service))
            answered.emplace(path, item);
    }
    return answered;
}

bool is_error(const object& response) {
    const auto* const content = response.if_contains("content");
    if (content == nullptr) return false;
    const auto* const json = content->as_object().if_contains("application/json");
    return json != nullptr && json->at("schema") == object{{"$ref", "#/components/schemas/Error"}};
}

/// What the connection adds to every answer (http/trace_context.hpp), and http::write_error to every error:
/// the template says it once.
void add_common_headers(object& responses) {
    const auto refer = [](object& headers, std::string_view name, const std::string& to) {
        headers[name] = {{"$ref", "#/components/headers/" + to}};
    };
    for (auto& response : responses) {
        auto& members = response.value().as_object();
        if (members.contains("$ref")) continue;
        auto& headers = members["headers"];
        if (headers.is_null()) headers.emplace_object();
        for (const std::string name : {"X-Request-Id", "traceparent"})
            refer(headers.as_object(), name, name);
        if (!is_error(members)) continue;
        refer(headers.as_object(), "Cache-Control", "NoStore");
        refer(headers.as_object(), "Pragma", "NoCache");
    }
}

void add_common_headers_everywhere(object& document) {
    add_common_headers(document.at("components").at("responses").as_object());
    for (auto& path : document.at("paths").as_object())
        for (auto& member : path.value().as_object())
            if (auto* const operation = member.value().if_object())
                if (auto* const responses = operation->if_contains("responses"))
                    add_common_headers(responses->as_object());
}

/// An issuer with a path has its metadata at a path of its own (RFC 8414 section 3.1), which no template can
/// know.
void add_issuer_metadata(std::string_view path, object& paths) {
    auto item = paths.at("/.well-known/openid-configuration");
    item.as_object().at("get").as_object()["operationId"] = "readIssuerMetadata";
    paths.emplace(path, std::move(item));
}

/// A path from the root of the host, which is right whether a client resolves it against the document's
/// address or against that of the server object (OpenAPI 3.1.1 section 4.5.2): `token` would be right for
/// only one of them under a root path.
void move_below(std::string_view root_path, object& document) {
    document.at("servers").as_array().front().as_object()["url"] = root_path;
    const auto token_url = std::string(root_path) + "/token";
    for (auto& scheme : document.at("components").at("securitySchemes").as_object()) {
        auto* flows = scheme.value().as_object().if_contains("flows");
        if (flows == nullptr) continue;
        for (auto& flow : flows->as_object())
            for (const auto member : {"tokenUrl", "refreshUrl"})
                if (auto* url = flow.value().as_object().if_contains(member)) *url = token_url;
    }
}

}  // namespace

std::string openapi_document(std::string_view openapi_template, const described_service& service) {
    auto document = boost::json::parse({openapi_template.data(), openapi_template.size()}).as_object();
    document.at("info").as_object()["version"] = LATCHKEY_VERSION;
    document["paths"] = answered_paths(document.at("paths").as_object(), service);
    if (!service.issuer_metadata_path.empty())
        add_issuer_metadata(service.issuer_metadata_path, document.at("paths").as_object());
    add_common_headers_everywhere(document);
    if (!service.root_path.empty()) move_below(service.root_path, document);
    return boost::json::serialize(document);
}

}  // namespace latchkey::docs
