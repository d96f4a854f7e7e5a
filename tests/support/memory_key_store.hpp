#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "tokens/key_store.hpp"

namespace latchkey::test {

/// A tokens::key_store that keeps nothing; held to the same conformance suite as the others.
class memory_key_store final : public tokens::key_store {
public:
    /// From now on every write answers this error, and reads go on.
    void refuse_writes(errc why) {
        const std::scoped_lock held(mutex_);
        refusal_ = why;
    }
    /// Calls of change_keys that changed something or were to.
    int writes() const {
        const std::scoped_lock held(mutex_);
        return writes_;
    }

    task<result<std::vector<tokens::key_record>>> list_keys() override { co_return all(); }

    task<result<void>> change_keys(tokens::key_changes changes) override {
        const std::scoped_lock held(mutex_);
        ++writes_;
        if (refusal_) co_return *refusal_;
        for (auto& key : changes.add)
            keys_.try_emplace(key.kid, std::move(key));
        for (const auto& [kid, at] : changes.retire)
            if (const auto key = keys_.find(kid); key != keys_.end())
                key->second.retired_at = std::min(key->second.retired_at.value_or(at), at);
        for (const auto& kid : changes.remove)
            keys_.erase(kid);
        co_return result<void>{};
    }

    task<result<std::vector<tokens::key_record>>> ensure_key(tokens::key_record fresh) override {
        {
            const std::scoped_lock held(mutex_);
            if (refusal_) co_return *refusal_;
            if (keys_.empty()) keys_.try_emplace(fresh.kid, std::move(fresh));
        }
        co_return all();
    }

    task<result<secret>> ensure_secret(std::string name, secret fresh) override {
        const std::scoped_lock held(mutex_);
        co_return secrets_.try_emplace(std::move(name), std::move(fresh)).first->second.clone();
    }

private:
    std::vector<tokens::key_record> all() const {
        const std::scoped_lock held(mutex_);
        std::vector<tokens::key_record> copies;
        for (const auto& [kid, k] : keys_)
            copies.push_back(
                {k.kid, k.algorithm, k.material.clone(), k.created_at, k.not_before, k.retired_at});
        return copies;
    }

    mutable std::mutex mutex_;
    std::map<std::string, tokens::key_record> keys_;
    std::map<std::string, secret> secrets_;
    std::optional<errc> refusal_;
    int writes_ = 0;
};

}  // namespace latchkey::test
