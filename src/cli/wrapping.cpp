#include "cli/wrapping.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <semaphore>
#include <thread>

#include "cli/command_error.hpp"
#include "passwords/simd_engine.hpp"
#include "passwords/wrapped_hash.hpp"

namespace latchkey::cli {

namespace {

/// What the threads share. Each takes the next user; `left` is released once a thread.
struct work {
    std::vector<imported_user*> users;
    passwords::argon2_parameters cost;
    passwords::memory_ledger ledger{std::numeric_limits<std::uint64_t>::max()};
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<bool> out_of_memory{false};
    std::counting_semaphore<> left{0};
};

void run(work& w) {
    const auto engine = passwords::make_engine(w.ledger, w.cost);
    for (std::size_t i = w.next++; i < w.users.size() && !w.out_of_memory; i = w.next++) {
        auto& user = *w.users[i];
        auto wrapped = passwords::wrap(*engine, *user.weak, w.cost);
        if (!wrapped) {
            w.out_of_memory = true;
            break;
        }
        user.user.stored.password_hash = std::move(*wrapped);
        ++w.done;
    }
    engine->wipe();
    w.left.release();
}

}  // namespace

void wrap_weak_hashes(std::vector<imported_user>& users, const passwords::argon2_parameters& cost,
                      const std::function<void(std::size_t)>& progress) {
    work w;
    w.cost = cost;
    for (auto& each : users)
        if (each.weak) w.users.push_back(&each);
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const auto count = std::min(cores, w.users.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < count; ++i)
            threads.emplace_back([&w] { run(w); });
        for (std::size_t ended = 0; ended < count;)
            if (w.left.try_acquire_for(std::chrono::milliseconds(200)))
                ++ended;
            else
                progress(w.done);
    }
    if (w.out_of_memory) throw explain(errc::out_of_memory, "user import", {});
}

}  // namespace latchkey::cli
