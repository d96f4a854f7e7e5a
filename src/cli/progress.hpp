#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace latchkey::cli {

/// Whether a line that is written over again makes sense there: standard error is a terminal, and TERM names
/// one that can go back in a line.
bool shows_progress() noexcept;

/// How far a long command is: one line on standard error, written over and in the end taken away. Made of a
/// carriage return and blanks only: no colours, nothing a terminal has to know. Nothing at all where
/// shows_progress() is false.
class progress_line {
public:
    explicit progress_line(std::ostream& err) : progress_line(err, shows_progress()) {}
    progress_line(std::ostream& err, bool on) : err_(err), on_(on) {}
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;
    ~progress_line() { clear(); }

    /// `doing count` or `doing count of total`; no more than ten times a second, but the first and the last
    /// of each.
    void show(std::string_view doing, std::uint64_t count, std::uint64_t of = 0);
    /// `doing 42 %` where the total is known, else `doing …`.
    void show_share(std::string_view doing, std::uint64_t done, std::uint64_t of);
    void clear();

private:
    bool is_due(std::string_view doing, bool last);
    void write(std::string_view text);

    std::ostream& err_;
    const bool on_;
    std::string doing_;      ///< what stands there speaks of
    std::size_t width_ = 0;  ///< of what stands there
    std::chrono::steady_clock::time_point due_{};
};

}  // namespace latchkey::cli
