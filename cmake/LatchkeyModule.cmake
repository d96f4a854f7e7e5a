# The three shapes a target may have. A module's DEPENDS is the architecture: what is not listed cannot be linked, and
# tests/layers refuses an include that the list does not allow.

# latchkey_module(NAME SOURCES file... [DEPENDS module|library...] [RUNS_ONCE])
# RUNS_ONCE: it is made small instead of fast, since a service keeps its pages in memory after the start.
function(latchkey_module name)
    cmake_parse_arguments(arg "RUNS_ONCE" "" "SOURCES;DEPENDS" ${ARGN})
    add_library(latchkey_${name} STATIC ${arg_SOURCES})
    target_link_libraries(latchkey_${name} PUBLIC ${arg_DEPENDS} PRIVATE latchkey_options)
    target_include_directories(latchkey_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    if(arg_RUNS_ONCE)
        target_compile_options(latchkey_${name} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:-Os>)
    endif()
endfunction()

# latchkey_test(NAME SOURCES file... DEPENDS module... [LABELS label...] [TIMEOUT seconds] [READS_SOURCES])
# READS_SOURCES: it is told LATCHKEY_SOURCE_DIR. Not all are, since a path of one checkout in a command keeps the
# compiler's cache from serving the next.
function(latchkey_test name)
    cmake_parse_arguments(arg "READS_SOURCES" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS unit)
    endif()
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS} latchkey_options GTest::gmock_main)
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    # The modules under test are the release's; the test's own code is compiled once and run once.
    target_compile_options(${name} PRIVATE -Og)
    if(arg_READS_SOURCES)
        target_compile_definitions(${name} PRIVATE LATCHKEY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 TEST_PREFIX "${name}."
        PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# latchkey_fuzz_target(NAME SOURCES file... DEPENDS module...): with LATCHKEY_FUZZ a libFuzzer program; without it a
# test that replays the seeds in tests/fuzz/seeds/NAME/, so that a seed that once failed can never fail again unseen.
function(latchkey_fuzz_target name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
    set(seeds "${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name}")
    if(LATCHKEY_FUZZ)
        add_executable(fuzz_${name} ${arg_SOURCES})
        target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(fuzz_${name} ${arg_SOURCES} "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
        add_test(NAME fuzz_seeds.${name} COMMAND fuzz_${name} "${seeds}")
        set_tests_properties(fuzz_seeds.${name} PROPERTIES LABELS "fuzz" TIMEOUT 120)
    endif()
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(fuzz_${name} PRIVATE ${arg_DEPENDS} latchkey_options)
    target_include_directories(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
endfunction()
