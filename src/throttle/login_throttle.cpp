#include "throttle/login_throttle.hpp"

#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "base/log.hpp"
#include "crypto/random.hpp"

namespace latchkey::throttle {
namespace {

namespace ip = boost::asio::ip;

/// While logins of an account succeed, many may be under way at once.
constexpr std::chrono::minutes trusting{1};
/// The interval of the strangers' share after login_throttle::slow_after failures in a row.
constexpr std::chrono::hours slow_interval{1};
constexpr std::uint32_t most_repeats = 3;
constexpr std::size_t repeats_kept = 4096;
constexpr std::chrono::hours mark_is_fresh{24 * 30};
constexpr std::chrono::minutes telling_interval{1};

bool within(const ip::address_v4& address, std::uint32_t network, unsigned bits) noexcept {
    return (address.to_uint() ^ network) >> (32 - bits) == 0;
}

/// RFC 1918, 6598, 3927, 4193, 4291: nobody's on the Internet.
bool is_local(const ip::address& address) {
    if (address.is_loopback() || address.is_unspecified()) return true;
    if (address.is_v6())
        return (address.to_v6().to_bytes()[0] & 0xfe) == 0xfc || address.to_v6().is_link_local();
    const auto v4 = address.to_v4();
    return within(v4, 0x0a000000, 8) || within(v4, 0xac100000, 12) || within(v4, 0xc0a80000, 16) ||
           within(v4, 0x64400000, 10) || within(v4, 0xa9fe0000, 16);
}

ip::address unmapped(const ip::address& address) {
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? ip::make_address_v4(ip::v4_mapped, address.to_v6()) : address;
}

std::chrono::seconds whole(milliseconds wait) noexcept {
    return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
}

}  // namespace

login_throttle::login_throttle(throttle_settings settings, const secret& mark_key, const wall_clock& clock)
    : settings_(settings),
      marks_(mark_key),
      clock_(clock),
      key_(crypto::random_array<16>()),
      accounts_(settings.buckets),
      addresses_(settings.buckets),
      devices_(settings.buckets),
      repeated_(repeats_kept) {}

/// Never 0. With the length of the first part in front no two pairs are the same message.
std::uint64_t login_throttle::hash(char kind, std::string_view a, std::string_view b) const noexcept {
    std::array<std::uint64_t, 3> parts{static_cast<std::uint64_t>(kind)};
    const auto digest = [this](const void* data, std::size_t size) {
        std::uint64_t out = 0;
        crypto_shorthash(reinterpret_cast<std::uint8_t*>(&out), static_cast<const std::uint8_t*>(data), size,
                         key_.data());
        return out;
    };
    parts[1] = digest(a.data(), a.size());
    parts[2] = digest(b.data(), b.size());
    return std::max<std::uint64_t>(digest(parts.data(), sizeof parts), 1);
}

/// Of an address on its own, or of one together with an account; nothing for one that speaks for nobody.
std::optional<std::uint64_t> login_throttle::hash_address(std::string_view account,
                                                          std::string_view text) const {
    boost::system::error_code failed;
    const auto address = unmapped(ip::make_address(std::string(text), failed));
    if (failed || (!settings_.proxies_known && is_local(address))) return std::nullopt;
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return hash('4', account, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    const auto bytes = address.to_v6().to_bytes();  // whoever has one address of a /64 has them all
    return hash('6', account, {reinterpret_cast<const char*>(bytes.data()), bytes.size() / 2});
}

/// The clock's, but for the steps by which it was set back: they must not make anybody wait for longer. What
/// is counted knows no other time. (A step ahead forgives, and nobody outside can cause it.)
unix_time login_throttle::time() noexcept {
    const auto now = clock_.now();
    if (now < last_) set_back_ += last_ - now;
    last_ = now;
    return now + set_back_;
}

std::optional<std::uint64_t> login_throttle::device_key(std::string_view canonical, const origin& from,
                                                        unix_time now) {
    if (!from.session.empty()) return hash('s', canonical, from.session);
    const auto today = clock_.now();  // marks outlive the process, and so its own time
    if (const auto mark = marks_.read(from.mark, canonical, today))
        return hash('m', canonical,
                    {reinterpret_cast<const char*>(mark->device.data()), mark->device.size()});
    if (from.held_session && marks_.is_session_of(*from.held_session, canonical, today))
        return hash('s', canonical, from.held_session->text());
    const auto pair = hash_address(canonical, from.address);
    const auto* known = pair ? devices_.find(*pair) : nullptr;
    const bool remembered = known && known->proved != unix_time{} && now < known->proved + address_remembered;
    return remembered ? pair : std::nullopt;
}

/// What one failure more costs: after many in a row an hour, under the same tolerance.
milliseconds login_throttle::price(const bucket& b) const noexcept {
    const auto usual = settings_.account.interval;
    return b.failures >= slow_after ? std::max<milliseconds>(usual, slow_interval) : usual;
}

/// Zero: one more may go ahead. What is pending counts as failed already, unless the record is clean.
milliseconds login_throttle::wait_for(const bucket& b, const gcra& rule, unix_time now) noexcept {
    const auto wait = rule.wait(b.tat, now);
    if (wait != milliseconds::zero()) return wait;
    if (now < b.proved + trusting) return wait;
    const auto room =
        b.tat <= now ? b.pending < parallel : rule.wait(b.tat, now, b.pending + 1) == milliseconds::zero();
    return room ? milliseconds::zero() : milliseconds(1);
}

login_throttle::admission login_throttle::admit(std::string_view canonical, std::string_view password,
                                                const origin& from) {
    ticket let_in;
    let_in.account_ = hash('u', canonical);
    let_in.guess_ = hash('g', canonical, password);
    let_in.pair_ = hash_address(canonical, from.address).value_or(0);

    std::unique_lock lock(mutex_);
    const auto now = time();
    auto wait = milliseconds::max();
    if (const auto key = device_key(canonical, from, now)) {
        auto& device = devices_.at(*key);
        wait = wait_for(device, settings_.device, now);
        if (wait == milliseconds::zero()) {
            metrics_.admitted.fetch_add(1, std::memory_order_relaxed);
            ++device.pending;
            let_in.device_ = *key;
            let_in.from_ = this;
            return let_in;
        }
    }
    auto& account = accounts_.at(let_in.account_);
    auto strangers = wait_for(account, settings_.account, now);
    auto* refused = &metrics_.refused_by_account;
    let_in.address_ = hash_address({}, from.address).value_or(0);
    if (let_in.address_ != 0) {
        auto& address = addresses_.at(let_in.address_);
        const auto of_address = wait_for(address, settings_.address, now);
        if (of_address > strangers) refused = &metrics_.refused_by_address;
        strangers = std::max(strangers, of_address);
    }
    if (strangers != milliseconds::zero()) {
        lock.unlock();
        note_refusal(*refused, now);
        return whole(std::min(wait, strangers));
    }
    metrics_.admitted.fetch_add(1, std::memory_order_relaxed);
    ++account.pending;
    let_in.from_ = this;
    return let_in;
}

/// The log hears of it once a minute at most, and of nobody: who floods must not fill it, and names are
/// sometimes passwords.
void login_throttle::note_refusal(std::atomic<std::uint64_t>& kind, unix_time now) {
    kind.fetch_add(1, std::memory_order_relaxed);
    auto told = told_at_.load(std::memory_order_relaxed);
    if (now >= told && now < told + telling_interval) return;
    if (!told_at_.compare_exchange_strong(told, now, std::memory_order_relaxed)) return;
    log::warn("login attempts are refused (429)",
              {{"by_account_since_start", metrics_.refused_by_account.load(std::memory_order_relaxed)},
               {"by_address_since_start", metrics_.refused_by_address.load(std::memory_order_relaxed)}});
}

/// Whether this very guess has just been charged for.
bool login_throttle::is_repeated(std::uint64_t guess, unix_time now) noexcept {
    // 44 of the keyed hash's bits: enough to know a repetition by, and far too little to test passwords
    // against.
    auto& slot = repeated_[guess % repeats_kept];
    const auto tag = static_cast<std::uint32_t>(guess >> 32);
    const bool recent = slot.tag == tag && now >= slot.first && now < slot.first + repeat_window;
    if (recent && slot.times < most_repeats) return ++slot.times, true;
    slot = {tag, 1, now};
    return false;
}

/// Whether the budget is spent now.
bool login_throttle::settle(const ticket& t, bool failed, bool succeeded) noexcept {
    const std::lock_guard lock(mutex_);
    const auto now = time();
    const bool by_device = t.device_ != 0;
    auto& answers = by_device ? devices_.at(t.device_) : accounts_.at(t.account_);
    if (answers.pending > 0) --answers.pending;  // it may have been forgotten meanwhile
    const bool repeats = failed && is_repeated(t.guess_, now);
    if (repeats) metrics_.repeats.fetch_add(1, std::memory_order_relaxed);
    if (failed && !repeats) {
        metrics_.failures.fetch_add(1, std::memory_order_relaxed);
        const auto cost = by_device ? settings_.device.interval : price(answers);
        answers.tat = std::max(answers.tat, now) + cost;
        ++answers.failures;
        if (!by_device && t.address_ != 0) {
            auto& address = addresses_.at(t.address_);
            address.tat = std::max(address.tat, now) + settings_.address.interval;
        }
    }
    if (!succeeded)
        return wait_for(answers, by_device ? settings_.device : settings_.account, now) >
               milliseconds::zero();
    answers.proved = now;
    answers.failures = 0;
    if (auto* account = accounts_.find(t.account_)) account->failures = 0;
    if (t.pair_ != 0) devices_.at(t.pair_).proved = now;
    return false;
}

std::string login_throttle::mark_for(std::string_view canonical, std::string_view mark) const {
    if (!settings_.device_marks) return {};
    const auto now = clock_.now();
    const auto has = marks_.read(mark, canonical, now);
    return has && now < has->issued + mark_is_fresh ? std::string() : marks_.issue(canonical, now);
}

crypto::uuid login_throttle::session_for(std::string_view canonical) const {
    return marks_.session_id(canonical, clock_.now());
}

login_throttle::ticket& login_throttle::ticket::operator=(ticket&& other) noexcept {
    if (this == &other) return *this;
    end(false, false);
    from_ = std::exchange(other.from_, nullptr);
    account_ = other.account_;
    address_ = other.address_;
    device_ = other.device_;
    pair_ = other.pair_;
    guess_ = other.guess_;
    return *this;
}

bool login_throttle::ticket::end(bool failed, bool succeeded) noexcept {
    auto* const from = std::exchange(from_, nullptr);
    return from != nullptr && from->settle(*this, failed, succeeded);
}

}  // namespace latchkey::throttle
