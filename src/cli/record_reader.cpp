#include "cli/record_reader.hpp"

#include <array>
#include <istream>
#include <utility>

namespace latchkey::cli {

namespace {

constexpr std::size_t max_depth = 64;
constexpr auto too_long = "is longer than 1 MiB";

/// Feeds a stream to `take`, which answers false when it wants no more.
template <class Take>
void each_byte(std::istream& in, Take take) {
    std::array<char, 64 * 1024> buffer{};
    while (in.read(buffer.data(), buffer.size()), in.gcount() > 0)
        for (std::streamsize i = 0; i < in.gcount(); ++i)
            if (!take(buffer[static_cast<std::size_t>(i)])) return;
}

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class json_splitter {
public:
    json_splitter(std::string_view member, const take_record& take) : member_(member), take_(take) {}

    bool feed(char c) {
        if (c == '\n') ++line_;
        if (capturing()) text_ += c;
        if (in_string_)
            feed_string(c);
        else
            feed_outside(c);
        if (text_.size() > max_record) refuse(record_line_, too_long);
        return !fault_;
    }
    std::optional<record_fault> finish() {
        if (!fault_ && (in_string_ || !open_.empty())) refuse(line_, "the file ends too early");
        return std::move(fault_);
    }

private:
    bool capturing() const noexcept { return record_depth_ != 0; }
    void refuse(std::size_t line, std::string why) {
        if (!fault_) fault_ = {line, std::move(why)};
    }

    void feed_string(char c) {
        constexpr std::size_t longest_member = 64;
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_string_ = false;
        if (in_string_ && !capturing() && word_.size() < longest_member) word_ += c;
    }

    void feed_outside(char c) {
        if (c == '{' || c == '[') return open(c);
        if (c == '}' || c == ']') return close(c);
        if (c == '"') {
            in_string_ = true;
            word_.clear();
        } else if (c == ':') {
            key_ = word_;
        } else if (c == ',') {
            key_.clear();
        }
        if (!capturing() && at_record() && !is_blank(c) && c != ',') refuse(line_, "is not a JSON object");
    }

    /// Whether an object that begins here is a record.
    bool at_record() const noexcept {
        if (!member_.empty()) return array_depth_ != 0 && open_.size() == array_depth_;
        return open_.empty() || open_ == "[";
    }

    void open(char c) {
        if (open_.size() == max_depth) return refuse(line_, "is nested too deeply");
        if (!capturing() && at_record()) {
            if (c == '{') {
                record_depth_ = open_.size() + 1;
                record_line_ = line_;
                text_ = c;
            } else if (!member_.empty() || !open_.empty() || any_) {
                return refuse(line_, "is not a JSON object");
            }
        }
        const bool outermost = open_ == "{" || open_ == "[{";
        if (c == '[' && array_depth_ == 0 && outermost && !member_.empty() && key_ == member_)
            array_depth_ = open_.size() + 1;
        any_ = true;
        key_.clear();
        open_ += c;
    }

    void close(char c) {
        if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) return refuse(line_, "is not JSON");
        if (open_.size() == array_depth_ && !capturing()) array_depth_ = 0;
        if (open_.size() == record_depth_) {
            record_depth_ = 0;
            take_(record_line_, text_);
            text_.clear();
        }
        open_.pop_back();
    }

    std::string_view member_;
    const take_record& take_;
    std::size_t line_ = 1;
    std::string open_;  ///< the brackets that are open
    std::string word_;  ///< the last text outside records
    std::string key_;   ///< of the value that comes
    bool in_string_ = false, escaped_ = false, any_ = false;
    std::size_t array_depth_ = 0;   ///< of the array whose items are records; 0: none
    std::size_t record_depth_ = 0;  ///< of the record that is captured; 0: none
    std::size_t record_line_ = 0;
    std::string text_;
    std::optional<record_fault> fault_;
};

class csv_splitter {
public:
    explicit csv_splitter(const take_row& take) : take_(take) {}

    bool feed(char c) {
        if (c == '\n') ++line_;
        if ((size_ += 1) > max_record) fault_ = {row_line_, too_long};
        if (in_quotes_)
            feed_quoted(c);
        else if (was_quoted_ && c == '"')
            cell_ += c, in_quotes_ = true, was_quoted_ = false;  // "" is one
        else if (c == '"' && cell_.empty())
            in_quotes_ = any_ = true;
        else if (c == ',')
            end_cell();
        else if (c == '\n')
            end_row();
        else if (c != '\r')
            cell_ += c, any_ = true;
        return !fault_;
    }
    std::optional<record_fault> finish() {
        if (!fault_ && in_quotes_) fault_ = {row_line_, "the quotation marks are never closed"};
        if (!fault_) end_row();
        return std::move(fault_);
    }

private:
    void feed_quoted(char c) {
        if (c == '"')
            in_quotes_ = false, was_quoted_ = true;
        else
            cell_ += c;
    }
    void end_cell() {
        row_.push_back(std::move(cell_));
        cell_.clear();
        was_quoted_ = false;
        any_ = true;
    }
    void end_row() {
        if (any_) {
            end_cell();
            take_(row_line_, row_);
        }
        row_.clear();
        any_ = was_quoted_ = false;
        row_line_ = line_;
        size_ = 0;
    }

    const take_row& take_;
    std::size_t line_ = 1, row_line_ = 1, size_ = 0;
    std::vector<std::string> row_;
    std::string cell_;
    bool in_quotes_ = false, was_quoted_ = false, any_ = false;
    std::optional<record_fault> fault_;
};

}  // namespace

std::optional<record_fault> read_line_records(std::istream& in, const take_record& take) {
    std::string text;
    std::size_t number = 1;
    std::optional<record_fault> fault;
    const auto end = [&] {
        if (text.ends_with('\r')) text.pop_back();
        if (!text.empty()) take(number, text);
        text.clear();
        ++number;
    };
    each_byte(in, [&](char c) {
        if (c == '\n')
            end();
        else
            text += c;
        if (text.size() > max_record) fault = {number, too_long};
        return !fault;
    });
    if (!fault) end();
    return fault;
}

std::optional<record_fault> read_json_records(std::istream& in, std::string_view member,
                                              const take_record& take) {
    json_splitter splitter(member, take);
    bool first = true;
    each_byte(in, [&](char c) {
        // A byte order mark, as Windows' tools write it, is no part of the text.
        const bool mark = std::exchange(first, first && (c == '\xEF' || c == '\xBB')) &&
                          (c == '\xEF' || c == '\xBB' || c == '\xBF');
        return mark || splitter.feed(c);
    });
    return splitter.finish();
}

std::optional<record_fault> read_csv_records(std::istream& in, const take_row& take) {
    csv_splitter splitter(take);
    each_byte(in, [&](char c) { return splitter.feed(c); });
    return splitter.finish();
}

}  // namespace latchkey::cli
