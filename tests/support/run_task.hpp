#pragma once

#include "base/run_task.hpp"

namespace latchkey::test {

template <class T>
T run(task<T> work) {
    return run_task(std::move(work));
}

}  // namespace latchkey::test
