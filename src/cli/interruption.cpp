#include "cli/interruption.hpp"

#include <atomic>

namespace latchkey::cli {

namespace {

std::atomic<int> came{0};  // a handler has nothing but globals
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int signal) {
    came = signal;
}

}  // namespace

interruption::interruption() {
    came = 0;
    struct ::sigaction action {};
    action.sa_handler = &note_signal;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &before_[i]);
        if (before_[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &action, nullptr);  // nohup stays nohup
    }
}

interruption::~interruption() {
    for (std::size_t i = 0; i < signals.size(); ++i)
        ::sigaction(signals[i], &before_[i], nullptr);
}

int interruption::signal() noexcept {
    return came;
}

}  // namespace latchkey::cli
