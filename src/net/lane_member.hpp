#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace latchkey::net {

/// Something of a lane with a deadline that can be told to end: a connection, a listener. Only the lane's
/// thread touches it. expire() and abort() may destroy this object, and no other member.
class lane_member
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~lane_member() = default;
    virtual time_point deadline() const noexcept = 0;
    /// Called now and then (member_wheel::longest_rest), before the deadline is looked at.
    virtual void look() {}
    /// The deadline has passed.
    virtual void expire() = 0;
    /// Answer what is under way with `Connection: close`; stay open for one more request until `last_call`.
    virtual void drain(time_point last_call) = 0;
    /// End now, whatever is under way.
    virtual void abort() = 0;
    /// Destroy yourself: the lane is going.
    virtual void discard() noexcept = 0;

private:
    friend class member_wheel;
    time_point next_look_ = time_point::max();
};

/// The members of a lane by when they are to be looked at next: a timing wheel (Varghese and Lauck, "Hashed
/// and hierarchical timing wheels", 1987, scheme 4). So a beat costs what is due, however many connections
/// rest.
class member_wheel {
public:
    using time_point = lane_member::time_point;

    /// Between two beats. Deadlines are kept to within this.
    static constexpr std::chrono::milliseconds beat{50};
    /// How long a member is left alone at most, however late its deadline.
    static constexpr std::chrono::milliseconds longest_rest{500};

    explicit member_wheel(time_point now) noexcept : start_(now) {}
    member_wheel(const member_wheel&) = delete;
    member_wheel& operator=(const member_wheel&) = delete;
    ~member_wheel();  ///< discards those that are left

    void enrol(lane_member&) noexcept;
    /// Has it looked at by the first beat that is not before `when`, or earlier.
    void look_by(lane_member& member, time_point when) noexcept {
        if (when < member.next_look_) place(member, first_beat_from(when));  // seldom
    }
    /// Looks at all that are due, and lets those expire whose deadline is over.
    void turn(time_point now);

    /// `visit` may destroy the member it is given.
    template <class Visit>
    void for_each(Visit visit) {
        list all;
        for (auto& slot : slots_)
            all.splice(all.end(), slot);
        while (!all.empty()) {
            lane_member& member = all.front();
            place(member, turns_ + 1);
            visit(member);
        }
    }

private:
    using list = boost::intrusive::list<lane_member, boost::intrusive::constant_time_size<false>>;
    static constexpr std::uint64_t rest_in_beats = longest_rest / beat;

    std::uint64_t first_beat_from(time_point) const noexcept;
    void place(lane_member&, std::uint64_t at) noexcept;

    const time_point start_;
    std::uint64_t turns_ = 0;  ///< the beats that are over
    std::uint64_t enrolled_ = 0;
    std::array<list, rest_in_beats + 1> slots_;
};

}  // namespace latchkey::net
