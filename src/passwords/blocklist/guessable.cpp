#include "passwords/blocklist/guessable.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/unicode.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::size_t word_cost = 3;
constexpr std::size_t shortest_word = 4;
constexpr std::size_t longest_word = 24;  ///< as a part: every look-up more is one more chance of an error
constexpr std::size_t shortest_context_word = 3;
constexpr std::size_t shortest_copy = 3;
constexpr std::size_t shortest_run = 3;

/// Along which fingers and minds run: the alphabet, digits, keyboards' rows and columns, number pads.
constexpr std::array<std::string_view, 18> lines{
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiop",
    "yxcvbnm,.-",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "00112233445566778899",
    "147258369",
    "159357",
};

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// The letter that a sign stands for in `p4$$w0rd`.
char letter_for(char c) noexcept {
    constexpr std::string_view signs = "013457@$!", letters = "oieastasi";
    const auto at = signs.find(c);
    return at == std::string_view::npos ? c : letters[at];
}

/// Wipes a text in its place: to move a short one would leave a copy.
class wiped_at_end {
public:
    explicit wiped_at_end(std::string& text) noexcept : text_(text) {}
    wiped_at_end(const wiped_at_end&) = delete;
    wiped_at_end& operator=(const wiped_at_end&) = delete;
    ~wiped_at_end() { wipe(std::span<char>(text_)); }

private:
    std::string& text_;
};

std::string with_letters(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), letter_for);
    return out;
}

/// The cheapest way to each place of a text, from left to right: every piece leads forwards.
class description {
public:
    description(std::string_view folded, const blocklist& list, const context_words& context)
        : list_(list), context_(context) {
        std::size_t end = 0;
        for (; end < folded.size(); ++end) {
            if (!unicode::begins_code_point(folded[end])) continue;
            if (length_ == judged_length) break;
            offsets_[length_++] = end;
        }
        offsets_[length_] = end;
        text_ = folded.substr(0, end);
    }

    /// At most enough_pieces.
    std::size_t cost() {
        std::string plain = with_letters(text_);
        const wiped_at_end guard(plain);
        plain_ = plain;
        costs_.fill(enough_pieces);
        costs_[0] = 0;
        for (std::size_t from = 0; from < length_; ++from)
            if (costs_[from] + 1 < enough_pieces) leave(from);
        return costs_[length_];
    }

private:
    std::string_view slice(std::string_view of, std::size_t from, std::size_t to) const noexcept {
        return of.substr(offsets_[from], offsets_[to] - offsets_[from]);
    }

    void reach(std::size_t to, std::size_t cost) noexcept { costs_[to] = std::min(costs_[to], cost); }

    /// By a piece of cost 1 and any length up to `most`, if that is enough.
    void reach_all(std::size_t from, std::size_t least, std::size_t most) noexcept {
        for (auto n = least; n <= most; ++n)
            reach(from + n, costs_[from] + 1);
    }

    /// Every piece that begins at `from`.
    void leave(std::size_t from) noexcept {
        const auto one_more = costs_[from] + 1;
        reach(from + 1, one_more);
        reach_all(from, shortest_run, same(from));
        reach_all(from, shortest_run, run(from));
        reach_all(from, shortest_copy, copy(from));
        if (is_year(from)) reach(from + 4, one_more);
        for (auto to = from + shortest_context_word; to <= length_; ++to) {
            if (context_.contains(slice(text_, from, to))) reach(to, one_more);
            if (costs_[from] + word_cost < costs_[to] && is_word(from, to))
                reach(to, costs_[from] + word_cost);
        }
    }

    bool is_word(std::size_t from, std::size_t to) const noexcept {
        if (to - from < shortest_word || to - from > longest_word) return false;
        const auto written = slice(text_, from, to), meant = slice(plain_, from, to);
        return list_.contains(written) || (meant != written && list_.contains(meant));
    }

    std::size_t same(std::size_t from) const noexcept {
        std::size_t n = 1;
        while (from + n < length_ && slice(text_, from, from + 1) == slice(text_, from + n, from + n + 1))
            ++n;
        return n;
    }

    std::size_t run(std::size_t from) const noexcept {
        const auto rest = text_.substr(offsets_[from]);
        std::size_t longest = 0;
        for (const auto line : lines) {
            // A line is ASCII, so bytes are characters as far as it goes along. A character may be on it
            // twice.
            for (auto at = line.find(rest.front()); at != line.npos; at = line.find(rest.front(), at + 1)) {
                const auto ahead = line.substr(at);
                const auto forwards = std::ranges::mismatch(rest, ahead).in1 - rest.begin();
                const std::string_view behind = line.substr(0, at + 1);
                const auto backwards =
                    std::mismatch(rest.begin(), rest.end(), behind.rbegin(), behind.rend()).first -
                    rest.begin();
                longest = std::max(
                    {longest, static_cast<std::size_t>(forwards), static_cast<std::size_t>(backwards)});
            }
        }
        return longest;
    }

    /// A copy may reach into itself, as in LZ77: `abcabcabc` is `abc` and one copy.
    std::size_t copy(std::size_t from) const noexcept {
        std::size_t n = 0;
        while (from + n < length_ &&
               text_.substr(0, offsets_[from + n]).find(slice(text_, from, from + n + 1)) != text_.npos)
            ++n;
        return n;
    }

    bool is_year(std::size_t from) const noexcept {
        const auto digits = text_.substr(offsets_[from], 4);
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        return digits.size() == 4 && (digits.starts_with("19") || digits.starts_with("20")) &&
               std::ranges::all_of(digits, is_digit);
    }

    const blocklist& list_;
    const context_words& context_;
    std::string_view text_;
    std::string_view plain_;
    std::size_t length_ = 0;
    std::array<std::size_t, judged_length + 1> offsets_{};  ///< of each character, and the end
    std::array<std::size_t, judged_length + 1> costs_{};
};

}  // namespace

void context_words::add(std::string_view text) {
    auto folded = unicode::casefold_nfc(text);
    if (!folded) return;
    const auto keep = [this](std::string_view word) {
        if (unicode::length(word) >= shortest_context_word) words_.emplace_back(word);
    };
    keep(*folded);
    for (auto at = folded->begin(); at != folded->end();) {
        const auto begin = std::find_if(at, folded->end(), is_letter_or_digit);
        at = std::find_if_not(begin, folded->end(), is_letter_or_digit);
        keep({begin, at});
    }
}

bool context_words::contains(std::string_view folded) const noexcept {
    return std::ranges::find(words_, folded) != words_.end();
}

bool is_guessable(const secret& normal, const blocklist& list, const context_words& context) {
    if (normal.empty()) return true;
    auto text = unicode::casefold_nfc(normal.view());
    if (!text) return false;  // not from normalize()
    const wiped_at_end guard(*text);
    return list.contains(*text) || description(*text, list, context).cost() < enough_pieces;
}

}  // namespace latchkey::passwords
