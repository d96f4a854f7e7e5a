#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdlib>
#include <ostream>
#include <string>

#include "cli/output.hpp"

namespace latchkey::cli {

namespace {

constexpr std::chrono::milliseconds pause{100};

}  // namespace

bool shows_progress() noexcept {
    const char* const terminal = std::getenv("TERM");
    const std::string_view name = terminal == nullptr ? "" : terminal;
    return ::isatty(STDERR_FILENO) == 1 && !name.empty() && name != "dumb";
}

void progress_line::show(std::string_view doing, std::uint64_t count, std::uint64_t of) {
    if (!is_due(doing, of != 0 && count == of)) return;
    auto text = std::string(doing) + ' ' + std::to_string(count);
    if (of != 0) text += " of " + std::to_string(of);
    write(text);
}

void progress_line::show_share(std::string_view doing, std::uint64_t done, std::uint64_t of) {
    if (!is_due(doing, of != 0 && done == of)) return;
    write(std::string(doing) + (of == 0 ? " ..." : ' ' + std::to_string(done * 100 / of) + " %"));
}

void progress_line::clear() {
    if (width_ == 0) return;
    err_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
    width_ = 0;
}

bool progress_line::is_due(std::string_view doing, bool last) {
    const auto now = std::chrono::steady_clock::now();
    if (!on_ || (now < due_ && !last && doing == doing_)) return false;
    due_ = now + pause;
    doing_ = doing;
    return true;
}

void progress_line::write(std::string_view text) {
    const auto width = display_width(text);
    err_ << '\r' << text << std::string(width < width_ ? width_ - width : 0, ' ') << std::flush;
    width_ = width;
}

}  // namespace latchkey::cli
