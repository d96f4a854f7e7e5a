#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {

/// A parameter's name, and the member of `Request` that holds its value, or refers to it in the form.
template <class Request>
struct form_parameter {
    std::string_view name;
    std::variant<std::string Request::*, secret Request::*, std::string_view Request::*> member;
};

inline void take_value(std::string_view value, secret& out) {
    out = secret(value);
}
template <class Text>
void take_value(std::string_view value, Text& out) {
    out = value;
}

/// The values of the parameters that `known` names, decoded once. An absent parameter and an empty one are
/// the same: empty. errc::repeated_parameter when one of them is sent twice (RFC 6749 section 3.2), and its
/// name in `repeated`; unknown ones are ignored.
template <class Request, std::size_t N>
result<Request> read_parameters(const http::form& form, const std::array<form_parameter<Request>, N>& known,
                                std::string_view& repeated) {
    Request request;
    std::array<bool, N> seen{};
    for (const auto& entry : form.entries()) {
        for (std::size_t i = 0; i < N; ++i) {
            if (entry.name != known[i].name) continue;
            if (std::exchange(seen[i], true)) {
                repeated = known[i].name;  // not the client's bytes
                return errc::repeated_parameter;
            }
            std::visit([&](auto member) { take_value(entry.value, request.*member); }, known[i].member);
        }
    }
    return request;
}

}  // namespace latchkey::oauth
