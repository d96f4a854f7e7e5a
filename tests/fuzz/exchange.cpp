// From the bytes that a client sends to the answers it gets, through the reader, the router and every
// endpoint, on a store. The bytes are one connection's, so they may hold several requests. `@T` in them
// stands for a good access token, `@R` for a refresh token.
//
// What must hold: the reader finds the same in them however they arrive, nothing throws, no answer is a 500,
// and every body that says it is JSON is.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "support/running_service.hpp"

namespace {

using namespace latchkey;
using step = http::message_reader::step;

void require(bool fact) {
    if (!fact) std::abort();
}

void describe_fields(const http::request& q, std::string& found) {
    for (const auto& field : q.fields)
        found.append(std::to_string(field.lines)).append(field.value).append(",");
}

/// Brings `bytes` to a reader in pieces of `piece` bytes, and tells `on_request` of each request; what a
/// reader finds, in words.
template <class OnRequest>
std::string read(std::string_view bytes, std::size_t piece, OnRequest on_request) {
    const http::limits limits;
    http::message_reader reader(limits);
    std::string found;
    for (;;) {
        switch (reader.advance()) {
            case step::need_more: {
                if (bytes.empty()) return found + "open";
                const auto room = reader.prepare();
                const auto n = std::min({piece, bytes.size(), room.size()});
                std::copy_n(bytes.begin(), n, room.begin());
                reader.commit(n);
                bytes.remove_prefix(n);
                break;
            }
            case step::request_ready: {
                auto& q = reader.message();
                found.append(std::to_string(static_cast<int>(q.method))).append(" ").append(q.path);
                found.append("?").append(q.query).append("\n").append(q.body).append("\n");
                describe_fields(q, found);
                if (!on_request(q)) return found + "closed";
                reader.consume();
                break;
            }
            case step::send_continue:
                break;  // depends on what has arrived, so it is no part of what is found
            case step::refused:
                found.append(std::to_string(static_cast<int>(reader.unfinished().method)));
                describe_fields(reader.unfinished(), found);
                return found.append(name(reader.error()));
        }
    }
}

/// The application, new now and then: a request may delete the accounts.
class subject {
public:
    subject() {
        app_.add_user("johndoe", "secret", {"items", "me", "admin"});
        const auto login = app_.log_in();
        access_token_ = login.text("access_token");
        refresh_token_ = login.text("refresh_token");
    }
    std::string fill_in(std::string_view input) const {
        std::string bytes;
        for (std::size_t at = 0; at < input.size(); ++at) {
            const auto mark = input.substr(at, 2);
            const std::string* what = mark == "@T"   ? &access_token_
                                      : mark == "@R" ? &refresh_token_
                                                     : nullptr;
            if (what != nullptr)
                bytes.append(*what), ++at;
            else
                bytes += input[at];
        }
        return bytes;
    }
    void answer(http::request& request) {
        http::response response;
        test::handle(app_->public_handler(), request, response);
        require(response.status() >= 200 && response.status() != 500 && response.status() < 600);
        std::string wire;
        response.append_to(wire, request.method == http::verb::head, request.keep_alive, request.version,
                           "Mon, 01 Jan 2026 00:00:00 GMT");
        require(wire.starts_with("HTTP/1."));
        const bool is_json =
            response.headers().find("Content-Type: application/json\r\n") != std::string_view::npos;
        boost::system::error_code error;
        if (is_json) boost::json::parse(response.body(), error);
        require(!error);
    }

private:
    test::running_service app_;
    std::string access_token_;
    std::string refresh_token_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::optional<subject> application;
    static unsigned runs = 0;
    if (runs++ % 2'000 == 0) application.emplace();
    const auto bytes = application->fill_in({reinterpret_cast<const char*>(data), size});

    const auto keeps_open = [](const http::request& q) { return q.keep_alive; };
    const auto whole = read(bytes, bytes.size() + 1, keeps_open);
    require(read(bytes, 1, keeps_open) == whole);
    require(read(bytes, 7, keeps_open) == whole);
    read(bytes, bytes.size() + 1, [](http::request& q) {
        application->answer(q);
        return q.keep_alive;
    });
    return 0;
}
