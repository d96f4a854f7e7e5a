// What one verified request costs, step by step, without sockets: parse, verify, sign, respond.
//
//     bench_hot_path [--benchmark_filter=REGEX]       (Google Benchmark's options)
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "crypto/secret.hpp"
#include "http/message_reader.hpp"
#include "http/response.hpp"
#include "items/items.hpp"
#include "tokens/signing_key.hpp"
#include "tokens/token_service.hpp"

namespace {

using namespace latchkey;

std::shared_ptr<const tokens::key_ring> ring_of(tokens::algorithm algorithm, const wall_clock& clock) {
    std::vector<tokens::key_record> keys;
    keys.push_back(tokens::generate_key(algorithm, clock.now()));
    return tokens::key_ring::make(keys).value();
}

/// A service with one key, and the token of a user's session, as POST /token issues it.
struct workbench {
    explicit workbench(tokens::algorithm algorithm)
        : service({"latchkey", "", std::chrono::hours(24)}, ring_of(algorithm, clock), ended, clock) {}

    std::string issue() const {
        return service
            .issue({.subject = "0190163d-8694-739b-aea5-966c26f8ad91",
                    .username = "johndoe",
                    .scope = "items me",
                    .client_id = {},
                    .session = "0190163d-8694-7aaa-aea5-966c26f8ad92",
                    .authenticated_at = clock.now(),
                    .lifetime = {},
                    .audience = {}})
            .text;
    }

    system_wall_clock clock;
    tokens::revocations ended;
    tokens::token_service service;
};

std::string request_with(const std::string& token) {
    return "GET /items/ HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: wrk\r\nAuthorization: Bearer " +
           token + "\r\n\r\n";
}

/// Feeds one request to the reader; it is then its message().
bool read_one(http::message_reader& reader, std::string_view bytes) {
    std::copy_n(bytes.begin(), bytes.size(), reader.prepare().begin());
    reader.commit(bytes.size());
    return reader.advance() == http::message_reader::step::request_ready;
}

void parse(benchmark::State& state) {
    const workbench at(tokens::algorithm::hs256);
    const auto bytes = request_with(at.issue());
    const http::limits limits;
    http::message_reader reader(limits);
    for (auto _ : state) {
        if (!read_one(reader, bytes)) return state.SkipWithError("the request was not read");
        reader.consume();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(parse);

void verify(benchmark::State& state, tokens::algorithm algorithm) {
    const workbench at(algorithm);
    const auto token = at.issue();
    for (auto _ : state) {
        tokens::verified_token out;
        if (!at.service.verify(token, out)) return state.SkipWithError("a good token was refused");
        benchmark::DoNotOptimize(out.claims().subject.data());
    }
}
BENCHMARK_CAPTURE(verify, hs256, tokens::algorithm::hs256);
BENCHMARK_CAPTURE(verify, es256, tokens::algorithm::es256);
BENCHMARK_CAPTURE(verify, rs256, tokens::algorithm::rs256);
BENCHMARK_CAPTURE(verify, eddsa, tokens::algorithm::eddsa);

void sign(benchmark::State& state, tokens::algorithm algorithm) {
    const workbench at(algorithm);
    for (auto _ : state)
        benchmark::DoNotOptimize(at.issue());
}
BENCHMARK_CAPTURE(sign, hs256, tokens::algorithm::hs256);
BENCHMARK_CAPTURE(sign, es256, tokens::algorithm::es256);
BENCHMARK_CAPTURE(sign, rs256, tokens::algorithm::rs256);
BENCHMARK_CAPTURE(sign, eddsa, tokens::algorithm::eddsa);

void respond(benchmark::State& state) {
    const workbench at(tokens::algorithm::hs256);
    const auto bytes = request_with(at.issue());
    const http::limits limits;
    http::message_reader reader(limits);
    if (!read_one(reader, bytes)) return state.SkipWithError("the request was not read");
    http::response response;
    std::string out;
    for (auto _ : state) {
        out.clear();
        response.reset();
        items::read_items(reader.message(), {}, response);
        response.append_to(out, false, true, 11, "Mon, 23 Nov 2026 12:00:00 GMT");
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(respond);

}  // namespace

int main(int argc, char** argv) {
    latchkey::init_crypto();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
}
