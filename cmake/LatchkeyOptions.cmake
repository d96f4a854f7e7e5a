# Compiler flags. Everything of ours links `latchkey_options`; nothing is set globally but the standard.
option(LATCHKEY_TESTS "Build the tests" ON)
option(LATCHKEY_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(LATCHKEY_BENCH "Build the micro-benchmarks" OFF)
option(LATCHKEY_WERROR "Treat warnings as errors" ON)
set(LATCHKEY_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, such as address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# The program's name and place are a promise to scripts: build/<preset>/latchkey.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

add_library(latchkey_options INTERFACE)
target_include_directories(latchkey_options INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_definitions(latchkey_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_compile_options(latchkey_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wnull-dereference -Wimplicit-fallthrough -Wformat=2
    $<$<BOOL:${LATCHKEY_WERROR}>:-Werror>
    # g++ 12 reports these falsely inside Boost and libstdc++ templates at -O2.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-null-dereference -Wno-restrict -Wno-mismatched-new-delete>
    -fstack-protector-strong)

if(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo)$")
    target_compile_definitions(latchkey_options INTERFACE _FORTIFY_SOURCE=2)
    # What nobody calls is left out: its pages would be read in with those beside it.
    target_compile_options(latchkey_options INTERFACE -ffunction-sections -fdata-sections)
    target_link_options(latchkey_options INTERFACE -Wl,--gc-sections)
    target_compile_options(latchkey_options INTERFACE -fPIE -fstack-clash-protection -fcf-protection=full)
    target_link_options(latchkey_options INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(LATCHKEY_SANITIZE)
    target_compile_options(latchkey_options INTERFACE
        -fsanitize=${LATCHKEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
        # Of what the sanitizers add, -O1 and full debug information take twice the time to compile and find no more.
        -Og -g1
        # clang 14 cannot emit its function check for coroutines.
        $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
    if(LATCHKEY_SANITIZE MATCHES thread)
        # Asio's fences are not instrumented; g++ says so as a warning for each.
        target_compile_options(latchkey_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    endif()
    target_link_options(latchkey_options INTERFACE -fsanitize=${LATCHKEY_SANITIZE})
endif()

# For code whose locals are aligned to 64 bytes, as AVX-512 and libsodium's BLAKE2b state are: the stack on which
# AddressSanitizer finds a use after return does not keep that alignment (llvm-project pull request 152819; the runtime
# of g++ is the same).
add_library(latchkey_real_stack INTERFACE)
if(LATCHKEY_SANITIZE MATCHES address)
    target_compile_options(latchkey_real_stack INTERFACE
        $<IF:$<CXX_COMPILER_ID:GNU>,--param=asan-use-after-return=0,-fsanitize-address-use-after-return=never>)
endif()

if(LATCHKEY_FUZZ)
    # The libraries' own coverage is what guides the fuzzer; only the targets link its main().
    target_compile_options(latchkey_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
