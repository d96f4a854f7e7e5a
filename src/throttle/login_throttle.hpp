#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "crypto/secret.hpp"
#include "throttle/bucket_table.hpp"
#include "throttle/device_mark.hpp"
#include "throttle/gcra.hpp"
#include "throttle/throttle_metrics.hpp"

namespace latchkey::throttle {

/// Where a login attempt comes from.
struct origin {
    std::string_view address = {};  ///< of the client; empty or unreadable: unknown
    std::string_view mark = {};     ///< the device mark that came along; anything
    std::string_view session =
        {};  ///< a session of the account that the caller has proved to hold; empty: none
    /// A session that the caller has proved to hold, of whatever account: one whose refresh token came along.
    std::optional<crypto::uuid> held_session = {};
};

struct throttle_settings {
    gcra account{.burst = 10, .interval = std::chrono::minutes(15)};
    gcra address{.burst = 100, .interval = std::chrono::seconds(30)};
    gcra device{.burst = 10, .interval = std::chrono::minutes(5)};
    bool device_marks = true;  ///< hand marks out
    /// Whether clients' addresses are known behind the proxies. If not, a loopback or private address may be
    /// a proxy's and speaks for nobody: it neither counts failures nor is remembered.
    bool proxies_known = false;
    std::size_t buckets = 65'536;  ///< in each of three tables, 40 bytes each
};

/// Slows the guessing of passwords down without locking anybody out.
///
/// **The rules.** Failures count; successes and what says nothing about the password do not. A device on
/// which the account has logged in before, by its signed mark, a session of the account (also one that is
/// over), or the address, has a small budget of its own for each account. All other devices share one for
/// the account, and each address has one for all accounts that are tried from it (IPv6 by /64). So a
/// stranger's failures never reach the owner's devices. After `slow_after` failures in a row the strangers'
/// share refills by one an hour (NIST SP 800-63B-4 section 3.2.2).
///
/// Attempts at the same time are let in before any has failed, as far as the budget goes; with a clean record
/// up to `parallel`, all of which are paid for when they fail.
///
/// The same wrong password for the same account within `repeat_window` counts once, three times at most: some
/// OAuth libraries repeat a refused request in another form by themselves.
///
/// It knows nothing of which accounts exist: a name that nobody has is treated alike. It is asked before the
/// store and the hashing lane are. What is counted lives in memory, of fixed size, and is forgotten by a
/// restart; marks live on. Thread-safe; one lock, held for a few cache lines.
class login_throttle {
public:
    static constexpr std::uint32_t parallel = 64;
    static constexpr std::uint32_t slow_after = 100;
    static constexpr std::chrono::seconds repeat_window{10};
    static constexpr std::chrono::hours address_remembered{24 * 30};

    class ticket;
    /// A ticket, or how long to wait.
    using admission = std::variant<ticket, std::chrono::seconds>;

    login_throttle(throttle_settings, const secret& mark_key, const wall_clock&);

    /// `canonical`: the account's canonical name, or what was sent in place of one.
    admission admit(std::string_view canonical, std::string_view password, const origin&);

    /// A mark for a device on which the account has just logged in; empty when it has a fresh one, or none
    /// are handed out.
    std::string mark_for(std::string_view canonical, std::string_view mark) const;
    /// The id for the session that a login opens: held later, it tells that the account has logged in on the
    /// device.
    crypto::uuid session_for(std::string_view canonical) const;

    const throttle_metrics& metrics() const noexcept { return metrics_; }

private:
    struct repeated {
        std::uint32_t tag = 0;
        std::uint32_t times = 0;
        unix_time first{};
    };

    std::uint64_t hash(char kind, std::string_view a, std::string_view b = {}) const noexcept;
    std::optional<std::uint64_t> hash_address(std::string_view account, std::string_view text) const;
    unix_time time() noexcept;
    std::optional<std::uint64_t> device_key(std::string_view canonical, const origin&, unix_time now);
    milliseconds price(const bucket&) const noexcept;
    static milliseconds wait_for(const bucket&, const gcra&, unix_time now) noexcept;
    bool is_repeated(std::uint64_t guess, unix_time now) noexcept;
    bool settle(const ticket&, bool failed, bool succeeded) noexcept;
    void note_refusal(std::atomic<std::uint64_t>& kind, unix_time now);

    const throttle_settings settings_;
    const device_mark_codec marks_;
    const wall_clock& clock_;
    const std::array<std::uint8_t, 16> key_;  ///< new with every start

    std::mutex mutex_;
    bucket_table accounts_, addresses_, devices_;  ///< under mutex_
    std::vector<repeated> repeated_;               ///< under mutex_
    unix_time last_{};                             ///< what the clock said last; under mutex_
    milliseconds set_back_{};                      ///< by how much in all, since the start; under mutex_

    throttle_metrics metrics_;
    std::atomic<unix_time> told_at_{unix_time{}};  ///< when the log last heard of a refusal
};

/// An attempt that was let in. Say how it ended; without a word it counts as one that said nothing about the
/// password. Belongs to its throttle, which must outlive it.
class login_throttle::ticket {
public:
    ticket() = default;
    ticket(ticket&& other) noexcept { *this = std::move(other); }
    ticket& operator=(ticket&& other) noexcept;
    ~ticket() { end(false, false); }
    /// Whether whoever answers for it, the device or the account's strangers, has nothing left and the next
    /// attempt would be refused now.
    bool failed() { return end(true, false); }
    void succeeded() { end(false, true); }

private:
    friend class login_throttle;
    bool end(bool failed, bool succeeded) noexcept;

    login_throttle* from_ = nullptr;
    std::uint64_t account_ = 0;
    std::uint64_t address_ = 0;  ///< 0: none counts
    std::uint64_t device_ = 0;   ///< not 0: this one answers, and neither account nor address
    std::uint64_t pair_ = 0;     ///< account and address, to be remembered by a success; 0: not
    std::uint64_t guess_ = 0;
};

}  // namespace latchkey::throttle
