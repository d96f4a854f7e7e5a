#include "passwords/hash_pool.hpp"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "crypto/random.hpp"
#include "passwords/sodium_engine.hpp"
#include "passwords/thread_priority.hpp"

namespace latchkey::passwords {
namespace {

using verdict_owed = completion<result<verdict>>;
using hash_owed = completion<result<std::string>>;

/// A password that waits for a thread, and who waits for it. `stored` is empty for a password to be hashed.
struct job {
    secret password;
    std::string stored;
    std::variant<verdict_owed, hash_owed> owed;

    void refuse(errc why) {
        if (auto* v = std::get_if<verdict_owed>(&owed)) return (*v)(why);
        std::get<hash_owed>(owed)(why);
    }
};

std::string make_dummy(const argon2_parameters& parameters) {
    const auto salt = crypto::random_array<salt_size>();
    const auto tag = crypto::random_array<tag_size>();  // to hit it is to guess 256 bits
    return format_phc(
        {argon2_variant::argon2id, parameters, {salt.begin(), salt.end()}, {tag.begin(), tag.end()}});
}

bool is_outdated(const argon2_hash& hash, const argon2_parameters& wanted) {
    return hash.variant != argon2_variant::argon2id || hash.parameters != wanted ||
           hash.salt.size() < salt_size || hash.tag.size() < tag_size;
}

}  // namespace

class hash_pool::lane {
public:
    explicit lane(hash_pool_settings settings)
        : settings_(settings), dummy_(make_dummy(settings.parameters)) {
        for (std::size_t i = 0; i < settings_.threads; ++i)
            threads_.emplace_back([this] { work(); });
    }

    void push(job next) {
        if (const auto refused = try_push(next)) return next.refuse(*refused);
        ready_.notify_one();
    }

    void stop() {
        std::deque<job> left;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            left.swap(queue_);
        }
        ready_.notify_all();
        for (auto& job : left)
            job.refuse(errc::shutting_down);
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
    }

    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return queue_.size();
    }
    const std::string& dummy() const noexcept { return dummy_; }
    const hash_pool_settings& settings() const noexcept { return settings_; }

private:
    std::optional<errc> try_push(job& next) {
        const std::lock_guard lock(mutex_);
        if (stopping_) return errc::shutting_down;
        if (queue_.size() >= settings_.queue_limit) return errc::overloaded;
        queue_.push_back(std::move(next));
        return std::nullopt;
    }

    std::optional<job> pop() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return std::nullopt;
        job next = std::move(queue_.front());
        queue_.pop_front();
        return next;
    }

    void work() {
        pthread_setname_np(pthread_self(), "hash");
        yield_to_others();
        sodium_engine engine;
        while (auto next = pop()) {
            if (auto* owed = std::get_if<verdict_owed>(&next->owed))
                (*owed)(check(engine, next->password, next->stored));
            else
                std::get<hash_owed>(next->owed)(hash_password(engine, next->password, settings_.parameters));
        }
    }

    result<verdict> check(engine& by, const secret& password, const std::string& stored) {
        const auto hash = parse_phc(stored);
        if (!hash) {  // the same work as for everybody, then the error
            (void)verify_password(by, password, dummy_);
            return hash.error();
        }
        const auto match = by.verify(password, *hash);
        if (!match) return match.error();
        return verdict{*match, *match && is_outdated(*hash, settings_.parameters)};
    }

    const hash_pool_settings settings_;
    const std::string dummy_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<job> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

hash_pool::hash_pool(hash_pool_settings settings) : lane_(std::make_unique<lane>(settings)) {}

hash_pool::~hash_pool() {
    stop();
}

task<result<verdict>> hash_pool::verify(secret password, std::string phc) {
    auto start = [&](verdict_owed done) {
        lane_->push({std::move(password), std::move(phc), std::move(done)});
    };
    co_return co_await await_completion<result<verdict>>(start);
}

task<result<std::string>> hash_pool::hash(secret password) {
    auto start = [&](hash_owed done) { lane_->push({std::move(password), {}, std::move(done)}); };
    co_return co_await await_completion<result<std::string>>(start);
}

void hash_pool::stop() {
    lane_->stop();
}

const std::string& hash_pool::dummy_phc() const noexcept {
    return lane_->dummy();
}

std::chrono::seconds hash_pool::retry_after() const noexcept {
    return std::chrono::seconds{1};
}

std::size_t hash_pool::waiting() const noexcept {
    return lane_->waiting();
}

}  // namespace latchkey::passwords
