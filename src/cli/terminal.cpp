#include "cli/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <optional>
#include <ostream>
#include <system_error>

#include "cli/command_error.hpp"

namespace latchkey::cli {

namespace {

// The kernel's own limit of a line that is typed.
constexpr std::size_t longest_line = 4096;

/// Echo is off while one lives.
class hidden_echo {
public:
    hidden_echo() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0)
            throw std::system_error(errno, std::generic_category(), "terminal");
        auto hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        hidden.c_lflag |= ECHONL | ICANON;
        // TCSAFLUSH: what was typed ahead, with echo, is not part of a password.
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0)
            throw std::system_error(errno, std::generic_category(), "terminal");
    }
    hidden_echo(const hidden_echo&) = delete;
    hidden_echo& operator=(const hidden_echo&) = delete;
    ~hidden_echo() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

private:
    ::termios before_{};
};

// A handler has nothing but globals. Not signalfd with blocked signals: the store's threads would not have
// them blocked, and one of them would take the signal and end us with the echo off.
std::atomic<int> signal_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void pass_on(int signal) {
    const int kept = errno;
    const auto number = static_cast<unsigned char>(signal);
    // The pipe is empty but for this: it cannot be full.
    [[maybe_unused]] const auto written = ::write(signal_pipe.load(), &number, 1);
    errno = kept;
}

/// The signals that would end or stop us come as bytes of a pipe while one lives. One at a time.
class caught_signals {
public:
    caught_signals() {
        if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        signal_pipe = pipe_[1];
        struct ::sigaction action {};
        action.sa_handler = &pass_on;
        action.sa_flags = SA_RESTART;
        for (std::size_t i = 0; i < signals.size(); ++i) {
            ::sigaction(signals[i], nullptr, &before_[i]);
            if (before_[i].sa_handler != SIG_IGN)
                ::sigaction(signals[i], &action, nullptr);  // nohup stays nohup
        }
    }
    caught_signals(const caught_signals&) = delete;
    caught_signals& operator=(const caught_signals&) = delete;
    ~caught_signals() {
        for (std::size_t i = 0; i < signals.size(); ++i)
            ::sigaction(signals[i], &before_[i], nullptr);
        signal_pipe = -1;
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }
    int descriptor() const noexcept { return pipe_[0]; }

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    std::array<int, 2> pipe_{-1, -1};
    std::array<struct ::sigaction, signals.size()> before_{};
};

secret read_line() {
    auto buffer = secret::of_size(longest_line);
    const auto n = ::read(STDIN_FILENO, buffer.bytes().data(), buffer.size());
    return secret(buffer.view().substr(0, n > 0 ? static_cast<std::size_t>(n) : 0));
}

struct typed {
    std::optional<secret> line;
    int signal = 0;  ///< came instead of a line
};

/// A line, or the signal that came before it was there. The terminal is restored when it returns.
typed line_or_signal() {
    const caught_signals signals;
    const hidden_echo echo;
    std::array<::pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
    }
    secret line;
    if (waiting[0].revents != 0) line = read_line();
    unsigned char number = 0;
    // Asked last: an interrupt that came together with the line counts.
    if (::read(signals.descriptor(), &number, 1) == 1) return {std::nullopt, number};
    return {std::move(line), 0};
}

/// General categories Cc, Cs, Co, Cn, Zl, Zp, and of Cf what is invisible and changes what stands beside it.
bool is_harmful(utf8proc_int32_t c) noexcept {
    if (c == 0x200C || c == 0x200D) return false;  // joiners, which names in some scripts need
    switch (utf8proc_category(c)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string for_terminal(std::string_view text, line_breaks lines) {
    std::string out;
    while (!text.empty()) {
        utf8proc_int32_t c = -1;
        const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                           static_cast<utf8proc_ssize_t>(text.size()), &c);
        const auto size = used < 1 ? 1 : static_cast<std::size_t>(used);
        const bool kept = c == '\n' && lines == line_breaks::keep;
        if (used < 1 || (is_harmful(c) && !kept))
            out += '?';
        else
            out += text.substr(0, size);
        text.remove_prefix(size);
    }
    return out;
}

secret read_hidden_line(std::string_view prompt, std::ostream& err) {
    for (;;) {
        err << prompt << std::flush;
        auto got = line_or_signal();
        if (got.line && !got.line->empty()) return std::move(*got.line);
        if (got.signal == 0) throw failed("password", {}, "the input ended", {});
        // Now that the terminal is as it was: what the signal would have done. After a stop we come back and
        // ask again.
        ::raise(got.signal);
    }
}

}  // namespace latchkey::cli
