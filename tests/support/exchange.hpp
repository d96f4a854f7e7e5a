#pragma once

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/run_task.hpp"
#include "http/message_reader.hpp"
#include "net/handler.hpp"

namespace latchkey::test {

/// An answer as a client reads it.
struct answer {
    unsigned status = 0;
    std::string headers;
    std::string body;

    boost::json::value json() const { return boost::json::parse(body); }
    std::string text(std::string_view member) const {
        return std::string(json().as_object().at(member).as_string());
    }
    /// The value of a header field; empty when it is not there.
    std::string header(std::string_view name) const {
        const auto at = headers.find(std::string(name) + ": ");
        if (at == std::string::npos) return {};
        const auto from = at + name.size() + 2;
        return headers.substr(from, headers.find("\r\n", from) - from);
    }
};

/// Lets the handler answer, to the end when it waits for another lane.
inline void handle(net::handler& handler, http::request& request, http::response& response) {
    auto work = handler.handle(request, response);
    if (!work) return;
    auto to_end = [](task<void> w) -> task<bool> {
        co_await std::move(w);
        co_return true;
    };
    auto running = to_end(std::move(*work));  // named: g++ 12 miscompiles a temporary here
    run_task(std::move(running));
}

/// Request in, response out, without a socket: the bytes of one request through the real reader and handler.
inline answer exchange(net::handler& handler, std::string_view bytes) {
    const http::limits limits;
    http::message_reader reader(limits);
    while (!bytes.empty()) {
        const auto room = reader.prepare();
        const auto n = std::min(room.size(), bytes.size());
        std::copy_n(bytes.begin(), n, room.begin());
        reader.commit(n);
        bytes.remove_prefix(n);
    }
    if (reader.advance() != http::message_reader::step::request_ready)
        throw std::logic_error("not one whole request: " + std::string(name(reader.error())));
    http::response response;
    handle(handler, reader.message(), response);
    return {response.status(), std::string(response.headers()), std::string(response.body())};
}

inline std::string get(std::string_view path, std::string_view headers = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

inline std::string bearer(std::string_view token) {
    return "Authorization: Bearer " + std::string(token) + "\r\n";
}

inline std::string post_form(std::string_view path, std::string_view form, std::string_view headers = {}) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
           std::string(headers) + "Content-Length: " + std::to_string(form.size()) + "\r\n\r\n" +
           std::string(form);
}

}  // namespace latchkey::test
