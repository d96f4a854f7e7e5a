#include "passwords/hash_worker.hpp"

#include <pthread.h>

#include <utility>

#include "base/thread_duty.hpp"
#include "passwords/simd_engine.hpp"

namespace latchkey::passwords {
namespace {

/// A thread that has had nothing to do for this long wipes its memory (arena.hpp says why not earlier), and
/// gives it back when the quiet lasts.
constexpr std::chrono::milliseconds quiet{20};
constexpr std::chrono::seconds long_quiet{30};

}  // namespace

hash_worker::hash_worker(memory_ledger& ledger, const argon2_parameters& wanted, semaphore& finished)
    : wanted_(wanted),
      ledger_(ledger),
      finished_(finished),
      engine_(make_engine(ledger, wanted)),
      thread_([this] { work(); }) {}

hash_worker::~hash_worker() {
    started_.post();  // without jobs
    thread_.join();
}

void hash_worker::start(std::vector<hash_job> jobs) {
    expected_end_ = std::chrono::steady_clock::now();
    for (const auto& job : jobs)
        expected_end_ += job.cost;
    current_.work = jobs.front().work();
    current_.jobs = std::move(jobs);
    state_.store(state::computing, std::memory_order_release);
    started_.post();
}

std::optional<computation> hash_worker::collect() {
    if (state_.load(std::memory_order_acquire) != state::done) return std::nullopt;
    auto all = std::exchange(current_, {});
    state_.store(state::idle, std::memory_order_release);
    return all;
}

void hash_worker::work() {
    pthread_setname_np(pthread_self(), "hash");
    take_up(thread_duty::computes);
    warm_up();
    while (wait_for_jobs())
        compute();
}

/// Maps and faults the memory before the first login needs it.
void hash_worker::warm_up() {
    const secret nothing;
    auto hash = fresh_hash(wanted_);
    current_.work = work_of(wanted_);
    carry_out([&] { return engine_->derive({nothing, hash.salt, hash.parameters, hash.variant, hash.tag}); });
}

void hash_worker::compute() {
    const workplace here{*engine_, ledger_};
    auto& jobs = current_.jobs;
    carry_out([&] {
        return jobs.size() == 2 ? hash_job::compute_two(jobs[0], jobs[1], here) : jobs[0].compute(here);
    });
}

/// Notes what `work` came to and how long it took, and hands it over.
template <class Work>
void hash_worker::carry_out(Work work) {
    current_.begun = std::chrono::steady_clock::now();
    current_.done = work();
    current_.took = std::chrono::steady_clock::now() - current_.begun;
    state_.store(state::done, std::memory_order_release);
    finished_.post();
}

/// False when the thread is to end: it was woken without jobs.
bool hash_worker::wait_for_jobs() {
    if (!started_.wait_for(quiet)) {
        engine_->wipe();
        if (!started_.wait_for(long_quiet)) {
            engine_->release();
            started_.wait();
        }
    }
    return state_.load(std::memory_order_acquire) == state::computing;
}

}  // namespace latchkey::passwords
