// Can the time of a refused login tell whether an account exists, and what kind it is?
//
//     login_timing [SAMPLES [STORE]]       default: 10,000 samples a class, all stores
//
// Logins through the authenticator, with SQLite and the hashing lane as in the service, and hashes so cheap
// that they hide little. In the store `uniform` every account has a hash of the configured cost; to `foreign`
// all users moved with bcrypt hashes, to `mixed` half of them; `audited` is the first with an audit log;
// `loaded` and `loaded, mixed` are measured while other logins keep the lane's queue filled, `storm` and
// `storm, mixed` while so many do that answers wait for each other (passwords/answer_group.hpp). The classes
// take turns in an order that is shuffled for each round, so that whatever else the machine does hits all
// alike. One line a class and store: samples, mean and deviation in microseconds, Welch's t against `unknown`
// of that store; |t| above 4.5 is a difference (the bound of ISO/IEC 17825). Slow outliers are cut off at the
// 90th percentile of all samples of the store, alike for all classes: they are the machine's. Exit status 1
// when a class differs, or a storm was none.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "audit/journal.hpp"
#include "base/run_task.hpp"
#include "crypto/random.hpp"
#include "passwords/memory.hpp"
#include "storage/store.hpp"
#include "support/temporary_directory.hpp"
#include "users/authenticator.hpp"

namespace {

using namespace latchkey;

/// So few that the lane knows the mix exactly. Names that nobody has are new each time: which of them cost
/// what is fixed, and a few would have a mix of their own.
constexpr int names_per_class = 50;
constexpr passwords::argon2_parameters cheap{.memory_kib = 1024, .passes = 1, .lanes = 1};
/// Of no password below, cost 4.
constexpr std::string_view bcrypt = "$2b$04$abcdefghijklmnopqrstuupjO0c30ffnoBgwHriXRyE5nLi8xJ0xS";
constexpr double bound = 4.5;
/// So many that answers wait for each other.
constexpr int storm_loaders = 12;

/// What a store holds and what goes on around it.
struct surroundings {
    const char* name;
    int foreign_in_ten = 0;  ///< of ten accounts so many have bcrypt hashes
    bool audited = false;
    int loaders = 0;  ///< logins that are under way beside the measured one
};
constexpr surroundings all_surroundings[] = {
    {.name = "uniform"},
    {.name = "foreign", .foreign_in_ten = 10},
    {.name = "mixed", .foreign_in_ten = 5},
    {.name = "audited", .audited = true},
    {.name = "loaded", .loaders = 3},
    {.name = "loaded, mixed", .foreign_in_ten = 5, .loaders = 3},
    {.name = "storm", .loaders = storm_loaders},
    {.name = "storm, mixed", .foreign_in_ten = 5, .loaders = storm_loaders},
};

struct login {
    std::string username;
    std::string password;
};

struct kind {
    std::string name;
    std::function<login(int)> make;  ///< of the n-th name
    std::vector<double> microseconds = {};
};

/// All over the alphabet.
std::string name_of(const char* what, int n) {
    return std::string(1, static_cast<char>('a' + n % 26)) + what + std::to_string(n);
}
std::string known_name(const char* what, int n) {
    return name_of(what, n % names_per_class);
}

class bench {
public:
    explicit bench(const surroundings& in)
        : store_(storage::open({.url = "sqlite:" + (directory_ / "latchkey.db").string(),
                                .master_key = {},
                                .revocations = revocations_,
                                .clock = clock_,
                                .sessions = {}})),
          pool_(lane()),
          journal_(in.audited ? std::make_unique<audit::journal>(directory_ / "audit.log",
                                                                 crypto::random_secret(32), clock_)
                              : nullptr) {
        const auto ours = run_task(pool_.hash(secret(std::string_view("correct horse battery")))).value();
        for (int i = 0; i < names_per_class; ++i) {
            const auto hash = i % 10 < in.foreign_in_ten ? std::string(bcrypt) : ours;
            add(known_name("known", i), hash, false);
            add(known_name("disabled", i), hash, true);
        }
        run_task(authenticator_.follow_stored_hashes()).value();
        for (int i = 0; i < in.loaders; ++i)
            loaders_.emplace_back([this, i, all = in.loaders](const std::stop_token& stop) {
                for (int n = 0; !stop.stop_requested(); ++n)
                    time({name_of("other", all * n + i), "wrong horse"});
            });
    }
    ~bench() {
        loaders_.clear();  // which waits for them
        pool_.stop();
        store_->stop();
    }

    double time(const login& l) {
        const auto start = std::chrono::steady_clock::now();
        const auto outcome = run_task(authenticator_.authenticate(l.username, secret(l.password)));
        const auto took = std::chrono::steady_clock::now() - start;
        if (outcome || outcome.error() != errc::invalid_credentials) {
            std::fprintf(stderr, "%s: not refused as it should be: %s\n", l.username.c_str(),
                         outcome ? "let in" : name(outcome.error()).data());
            std::exit(1);
        }
        return std::chrono::duration<double, std::micro>(took).count();
    }

    /// How many computations were answered together, on average.
    double computations_a_group() const {
        const auto& seen = pool_.metrics();
        const auto computed =
            static_cast<double>(seen.verified + seen.hashed) - static_cast<double>(seen.paired) / 2;
        return computed / static_cast<double>(seen.answer_groups);
    }

private:
    static passwords::hash_pool_settings lane() {
        passwords::hash_pool_settings s;
        s.parameters = cheap;
        s.dummy_key.emplace();
        // The hashing threads give way to whatever else the machine does, which must not end the measurement.
        s.queue_deadline = std::chrono::minutes(10);
        return s;
    }
    void add(const std::string& name, const std::string& hash, bool disabled) {
        users::stored_user u;
        u.user.id = {crypto::uuid::v7(clock_.now())};
        u.user.username = name;
        u.user.disabled = disabled;
        u.user.created_at = u.user.updated_at = u.user.password_changed_at = clock_.now();
        u.password_hash = hash;
        run_task(store_->users().insert(std::move(u), name)).value();
    }

    system_wall_clock clock_;
    tokens::revocations revocations_;
    test::temporary_directory directory_;
    std::unique_ptr<storage::store> store_;
    passwords::hash_pool pool_;
    std::unique_ptr<audit::journal> journal_;
    users::authenticator authenticator_{store_->users(), pool_,   clock_,
                                        nullptr,         nullptr, journal_ ? *journal_ : audit::unrecorded()};
    std::vector<std::jthread> loaders_;
};

std::vector<kind> kinds() {
    const std::string longest(5000, 'x');
    const auto numbered = [](const char* name) {
        return [name](int n) { return login{name_of(name, n), "wrong horse " + std::to_string(n)}; };
    };
    return {
        {"unknown", numbered("unknown")},
        {"unknown again", numbered("nobody")},  // the control: two names for the same
        {"wrong password",
         [](int n) {
             return login{known_name("known", n), "wrong horse"};
         }},
        {"disabled",
         [](int n) {
             return login{known_name("disabled", n), "wrong horse"};
         }},
        {"disabled, right password",
         [](int n) {
             return login{known_name("disabled", n), "correct horse battery"};
         }},
        {"empty password",
         [](int n) {
             return login{known_name("known", n), ""};
         }},
        {"over-long password",
         [longest](int n) {
             return login{known_name("known", n), longest};
         }},
        {"over-long, unknown",
         [longest](int n) {
             return login{name_of("unknown", n), longest};
         }},
    };
}

struct summary {
    double n = 0, mean = 0, variance = 0;
};

summary summarize(const std::vector<double>& values, double cut) {
    summary s;
    double sum = 0, squares = 0;
    for (const double v : values) {
        if (v > cut) continue;
        s.n += 1;
        sum += v;
        squares += v * v;
    }
    s.mean = sum / s.n;
    s.variance = (squares - s.n * s.mean * s.mean) / (s.n - 1);
    return s;
}

bool measure(const surroundings& in, int samples) {
    bench at(in);
    auto all = kinds();
    std::mt19937 random(1);
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    for (int i = -samples / 20; i < samples; ++i) {  // the first are for the caches
        std::ranges::shuffle(order, random);
        for (const auto at_kind : order) {
            auto& k = all[at_kind];
            const double took = at.time(k.make(static_cast<int>(random() % 1'000'000'000)));
            if (i >= 0) k.microseconds.push_back(took);
        }
    }
    std::vector<double> together;
    for (const auto& k : all)
        together.insert(together.end(), k.microseconds.begin(), k.microseconds.end());
    const auto ninetieth = together.begin() + static_cast<std::ptrdiff_t>(together.size() / 10 * 9);
    std::ranges::nth_element(together, ninetieth);
    const auto reference = summarize(all[0].microseconds, *ninetieth);
    bool alike = true;
    for (const auto& k : all) {
        const auto s = summarize(k.microseconds, *ninetieth);
        const double t =
            (s.mean - reference.mean) / std::sqrt(s.variance / s.n + reference.variance / reference.n);
        alike = alike && std::abs(t) < bound;
        std::printf("%-14s %-26s %7zu samples  %9.2f us +- %7.2f  t %+6.2f%s\n", in.name, k.name.c_str(),
                    k.microseconds.size(), s.mean, std::sqrt(s.variance), t,
                    std::abs(t) < bound ? "" : "  DIFFERS");
    }
    const double together_on_average = at.computations_a_group();
    const bool as_named = in.loaders < storm_loaders || together_on_average > 1.2;
    std::printf("%-14s %.2f computations were answered together%s\n", in.name, together_on_average,
                as_named ? "" : ": NO STORM");
    std::fflush(stdout);
    return alike && as_named;
}

}  // namespace

int main(int argc, char** argv) {
    init_crypto();
    const int samples = argc > 1 ? std::atoi(argv[1]) : 10'000;
    bool alike = true;
    for (const auto& in : all_surroundings)
        if (argc < 3 || in.name == std::string_view(argv[2])) alike = measure(in, samples) && alike;
    return alike ? 0 : 1;
}
