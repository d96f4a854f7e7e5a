#include "unit/sessions/session_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <compare>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;
using sessions::refresh_outcome;
using sessions::session;
using std::chrono::milliseconds;

constexpr unix_time start{1'800'000'000s};

/// Somebody with a copy of the token.
struct holder {
    std::uint32_t token = 0;
    int refreshes_left = 0;
    auto operator<=>(const holder&) const = default;
};

/// What really happened to a token, kept apart from the row so that the row cannot excuse itself.
struct used_token {
    unix_time at;
    std::uint32_t successor = 0;
    bool forgotten = false;  ///< a rotation saw its window closed; no clock that is set back opens it again
};

struct world {
    std::optional<session> row;  ///< nothing once the session has ended
    unix_time now = start;
    std::vector<holder> clients;
    holder thief;
    bool thief_has_token = false;
    int steps_back_left = 0;
    std::vector<used_token> used;  ///< by token
    std::string path;              ///< how the search came here
};

class exploration {
public:
    explicit exploration(const model_settings& rules) : rules_(rules) {}

    model_tally run() {
        reach(first());
        while (!open_.empty() && !testing::Test::HasFailure()) {
            const world w = std::move(open_.back());
            open_.pop_back();
            check_live_tokens(w);
            let_clients_act(w);
            let_thief_act(w);
            let_time_pass(w);
        }
        return tally_;
    }

private:
    world first() const {
        world w;
        w.row.emplace();
        w.row->created_at = w.row->last_used_at = start;
        w.row->expires_at = start + rules_.session.absolute_lifetime;
        w.clients.assign(rules_.clients, {0, rules_.refreshes});
        w.thief.refreshes_left = rules_.thief_refreshes;
        w.steps_back_left = rules_.steps_back;
        return w;
    }

    void let_clients_act(const world& w) {
        for (std::size_t i = 0; i < w.clients.size(); ++i) {
            if (w.clients[i].refreshes_left == 0) continue;
            world answered = after(w, "client" + std::to_string(i));
            auto& client = answered.clients[i];
            --client.refreshes_left;
            const auto successor = present(answered, client.token);
            if (successor) {
                world lost = answered;  // its answer: it keeps the token it has
                lost.path += "(lost)";
                reach(std::move(lost));
                client.token = *successor;
            }
            reach(std::move(answered));
        }
    }

    void let_thief_act(const world& w) {
        if (w.thief.refreshes_left == 0) return;
        for (std::size_t i = 0; i < w.clients.size(); ++i) {
            world copied = after(w, "steal" + std::to_string(i));
            copied.thief_has_token = true;
            copied.thief.token = w.clients[i].token;
            reach(std::move(copied));
        }
        if (!w.thief_has_token) return;
        world answered = after(w, "thief");
        --answered.thief.refreshes_left;
        if (const auto successor = present(answered, w.thief.token)) answered.thief.token = *successor;
        reach(std::move(answered));
    }

    void let_time_pass(const world& w) {
        for (const auto step : rules_.steps) {
            world later = after(w, "+" + std::to_string(step.count()));
            later.now += step;
            if (!rules_.prompt || all_in_time(later)) reach(std::move(later));
        }
        if (w.steps_back_left == 0) return;
        world earlier = after(w, "-" + std::to_string(rules_.step_back.count()));
        earlier.now -= rules_.step_back;
        --earlier.steps_back_left;
        reach(std::move(earlier));
    }

    /// One request as the store carries it out, and whether its answer is what the history demands.
    std::optional<std::uint32_t> present(world& w, std::uint32_t token) {
        if (!w.row) {
            ++tally_.after_the_end;
            return std::nullopt;
        }
        const auto demanded = demand(w, token);
        const session before = *w.row;
        const auto step = sessions::refresh(*w.row, token, w.now, rules_.session);
        EXPECT_EQ(step.outcome, demanded) << w.path;
        switch (step.outcome) {
            case refresh_outcome::rotated:
                ++tally_.rotated;
                note_rotation(w, step.successor);
                return step.successor;
            case refresh_outcome::repeated:
                ++tally_.repeated;
                EXPECT_EQ(step.successor, w.used.at(token).successor) << w.path;
                EXPECT_EQ(w.row->counter, before.counter) << w.path;
                EXPECT_EQ(w.row->rotations, before.rotations) << w.path;
                EXPECT_EQ(w.row->last_used_at, before.last_used_at) << w.path;
                return step.successor;
            case refresh_outcome::replayed:
                ++tally_.replayed;
                break;
            case refresh_outcome::expired:
                ++tally_.expired;
                break;
            case refresh_outcome::foreign:
                ADD_FAILURE() << "refused a token it issued: " << w.path;
                break;
        }
        w.row.reset();
        return std::nullopt;
    }

    refresh_outcome demand(const world& w, std::uint32_t token) const {
        const unix_time last_used = w.used.empty() ? start : w.used.back().at;
        if (w.now - start >= rules_.session.absolute_lifetime ||
            w.now - last_used >= rules_.session.idle_lifetime)
            return refresh_outcome::expired;
        if (token >= w.used.size()) return refresh_outcome::rotated;
        return in_window(w, w.used[token]) ? refresh_outcome::repeated : refresh_outcome::replayed;
    }

    bool in_window(const world& w, const used_token& token) const {
        return !token.forgotten && w.now - token.at <= rules_.session.reuse_window;
    }

    void note_rotation(world& w, std::uint32_t successor) const {
        // Tokens are numbered in the order they were handed out: a fresh one has the next number.
        EXPECT_EQ(successor, w.used.size() + 1) << "handed out a token that was there before: " << w.path;
        for (auto& token : w.used) {
            token.forgotten = token.forgotten || w.now - token.at > rules_.session.reuse_window;
            token.at = std::min(token.at, w.now);  // after a step back its window closes one window from here
        }
        w.used.push_back({w.now, successor});
    }

    /// Of all tokens handed out, exactly one advances the session; none once it has expired.
    void check_live_tokens(const world& w) const {
        if (!w.row) return;
        std::vector<std::uint32_t> live;
        for (std::uint32_t token = 0; token <= w.used.size() + 1; ++token) {
            session copy = *w.row;
            const auto outcome = sessions::refresh(copy, token, w.now, rules_.session).outcome;
            if (outcome == refresh_outcome::rotated) live.push_back(token);
        }
        const auto newest = static_cast<std::uint32_t>(w.used.size());
        const bool over = sessions::is_expired(*w.row, w.now, rules_.session);
        EXPECT_EQ(live, over ? std::vector<std::uint32_t>{} : std::vector{newest}) << w.path;
    }

    bool all_in_time(const world& w) const {
        return std::ranges::all_of(w.clients, [&](const holder& client) {
            return client.refreshes_left == 0 || client.token >= w.used.size() ||
                   in_window(w, w.used[client.token]);
        });
    }

    static world after(const world& w, const std::string& action) {
        world next = w;
        next.path.append(" ").append(action);
        return next;
    }

    void reach(world w) {
        std::ranges::sort(w.clients);  // they are alike: which one did what makes no difference
        if (!seen_.insert(key(w)).second) return;
        ++tally_.states;
        open_.push_back(std::move(w));
    }

    /// Two worlds with the same key have the same future. Times count as ages, and ages beyond all
    /// limits, also after the steps back that are left, are one.
    std::string key(const world& w) const {
        std::string out;
        for (const auto& client : w.clients)
            append(out, client.token, client.refreshes_left);
        append(out, w.thief.token, w.thief.refreshes_left, w.thief_has_token);
        if (!w.row) return out;
        append(out, w.steps_back_left, w.row->counter, w.row->rotations.size(), w.used.size());
        for (const auto at : w.row->rotations)
            append(out, age(w, at));
        for (const auto& token : w.used)
            append(out, age(w, token.at), token.forgotten);
        if (!lives_for_ever()) append(out, age(w, w.row->last_used_at), age(w, w.row->created_at));
        return out;
    }

    milliseconds::rep age(const world& w, unix_time t) const {
        return std::min(w.now - t, beyond_ + w.steps_back_left * rules_.step_back).count();
    }

    bool lives_for_ever() const {
        return rules_.session.idle_lifetime > 24h && rules_.session.absolute_lifetime > 24h;
    }

    milliseconds beyond_all_limits() const {
        const auto& s = rules_.session;
        return 1ms + (lives_for_ever() ? s.reuse_window
                                       : std::max({s.reuse_window, s.idle_lifetime, s.absolute_lifetime}));
    }

    template <class... Number>
    static void append(std::string& out, Number... numbers) {
        ((out += std::to_string(numbers), out += ' '), ...);
    }

    const model_settings& rules_;
    const milliseconds beyond_ = beyond_all_limits();
    model_tally tally_;
    std::vector<world> open_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

model_tally explore(const model_settings& rules) {
    return exploration(rules).run();
}

}  // namespace latchkey::test
