#include "audit/verifier.hpp"

#include <istream>

namespace latchkey::audit {
namespace {

/// One line without its feed; whether it had one. What is longer than any record is read no further.
struct line_read {
    std::string text;
    bool complete = false;
};

std::optional<line_read> next_line(std::istream& in) {
    line_read line;
    for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
        if (c == '\n') {
            line.complete = true;
            return line;
        }
        if (line.text.size() < max_record_size) line.text += static_cast<char>(c);
    }
    if (line.text.empty()) return std::nullopt;
    return line;
}

std::string missing(std::uint64_t from, std::uint64_t to) {
    if (from == to) return "record " + std::to_string(from) + " is missing before it";
    return "records " + std::to_string(from) + " to " + std::to_string(to) + " are missing before it";
}

}  // namespace

void verifier::read(std::istream& in, const std::string& file) {
    std::uint64_t number = 0;
    while (const auto line = next_line(in)) {
        ++number;
        const auto found = line->complete ? parse_record(line->text) : std::nullopt;
        if (found)
            take(*found, file, number);
        else
            find(file, number,
                 line->complete ? "is not a record"
                                : "is not finished: the writer was interrupted, or the end was cut off");
    }
}

void verifier::take(const record& r, const std::string& file, std::uint64_t line) {
    const bool authentic = !key_ || is_authentic(r, *key_);
    if (!r.is_unchanged)
        find(file, line, "was changed: its hash does not fit");
    else if (!authentic)
        find(file, line, "was not written by this installation: its mac does not fit");
    else if (!hashes_.insert(r.hash).second)
        find(file, line, "is there twice");
    if (!r.is_unchanged || !authentic) ++report_.forged;

    const bool begins = r.sequence == 1 && r.previous == digest{};
    const bool first = report_.records == 0;
    const bool follows = r.sequence == report_.last.sequence + 1 && r.previous == report_.last.hash;
    if (first) {
        report_.first_sequence = r.sequence;
        report_.first_time = r.time;
    } else if (!follows && !begins) {
        const auto expected = report_.last.sequence + 1;
        find(file, line,
             r.sequence > expected ? missing(expected, r.sequence - 1)
                                   : "does not follow the record before it");
    }
    // RFC 3339 in UTC with milliseconds: the order of the text is the order in time.
    if (begins && !first && r.time < report_.last_time)
        find(file, line,
             "begins a chain earlier than the record above: are the files in the order in which they were "
             "written?");
    if (first || begins) ++report_.chains;
    ++report_.records;
    report_.last_time = r.time;
    report_.last = {r.sequence, r.hash};
}

void verifier::find(const std::string& file, std::uint64_t line, std::string what) {
    ++report_.findings_in_all;
    if (report_.findings.size() < findings_kept) report_.findings.push_back({file, line, std::move(what)});
}

}  // namespace latchkey::audit
