#include "passwords/foreign/keycloak.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace latchkey::passwords::foreign {
namespace {

namespace json = boost::json;

std::optional<json::object> object_in(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::string> text_of(const json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

/// `"additionalParameters":{"memory":["7168"], …}`
std::optional<std::string> additional(const json::object& data, std::string_view key) {
    const auto* all = data.if_contains("additionalParameters");
    if (all == nullptr || !all->is_object()) return std::nullopt;
    const auto* values = all->get_object().if_contains(key);
    if (values == nullptr || !values->is_array() || values->get_array().size() != 1) return std::nullopt;
    const auto& only = values->get_array()[0];
    return only.is_string() ? std::optional(std::string(only.get_string())) : std::nullopt;
}

std::string without_padding(std::string base64) {
    base64.erase(std::min(base64.find('='), base64.size()));
    return base64;
}

std::string with_dots(std::string base64) {
    std::ranges::replace(base64, '+', '.');
    return without_padding(std::move(base64));
}

std::optional<std::string> argon2(const json::object& data, const std::string& passes,
                                  const std::string& salt, const std::string& tag) {
    const auto type = additional(data, "type");
    const auto memory = additional(data, "memory");
    const auto lanes = additional(data, "parallelism");
    if (!type || (*type != "id" && *type != "i") || !memory || !lanes || additional(data, "version") != "1.3")
        return std::nullopt;
    return "$argon2" + *type + "$v=19$m=" + *memory + ",t=" + passes + ",p=" + *lanes + "$" +
           without_padding(salt) + "$" + without_padding(tag);
}

}  // namespace

std::optional<std::string> from_keycloak(std::string_view credential_data, std::string_view secret_data) {
    const auto data = object_in(credential_data);
    const auto secrets = object_in(secret_data);
    if (!data || !secrets) return std::nullopt;
    const auto algorithm = text_of(*data, "algorithm");
    const auto* iterations = data->if_contains("hashIterations");
    const auto salt = text_of(*secrets, "salt");
    const auto tag = text_of(*secrets, "value");
    if (!algorithm || iterations == nullptr || !iterations->is_int64() || !salt || !tag) return std::nullopt;
    const auto rounds = std::to_string(iterations->get_int64());
    if (*algorithm == "argon2") return argon2(*data, rounds, *salt, *tag);
    if (*algorithm != "pbkdf2" && *algorithm != "pbkdf2-sha256" && *algorithm != "pbkdf2-sha512")
        return std::nullopt;
    return "$" + *algorithm + "$" + rounds + "$" + with_dots(*salt) + "$" + with_dots(*tag);
}

}  // namespace latchkey::passwords::foreign
