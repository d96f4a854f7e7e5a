#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/request_ids.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace latchkey::http {

/// What a request is called (X-Request-Id) and which trace it is part of (W3C Trace Context, level 1,
/// `traceparent`). Both are taken from anybody: they name things and allow nothing. No allocation, no lock.
class trace_context {
public:
    /// Takes over what came along, and makes what did not: an id of 32 hexadecimal digits, unique and no
    /// secret. An X-Request-Id is well-formed that came once and has 1 to 128 of the characters of
    /// `is_request_id`; a traceparent, as of section 3.2 there, of version 00 or a later one read as 00. The
    /// views are good until the next call, or as long as the request is.
    request_ids identify(const request&);

    /// Adds X-Request-Id, and traceparent with our own parent-id when one came along.
    void write(response&) const;

private:
    static constexpr std::size_t id_size = 32;
    static constexpr std::size_t traceparent_size = 55;

    std::string_view make_id();
    void take_trace(const request&);

    request_ids ids_;
    std::array<char, id_size> made_;                  ///< X-Request-Id, when it is ours
    std::array<char, traceparent_size> traceparent_;  ///< to answer with; nothing in it unless ids_.trace
};

/// Letters, digits and `-._~:/+=@,`: what the ids of proxies, clouds and libraries are made of, and nothing
/// that means anything to a log, a shell or JSON.
bool is_request_id(std::string_view) noexcept;

}  // namespace latchkey::http
