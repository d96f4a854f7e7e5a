# Third-party libraries. Each stands behind one target, so that a module's link line names what it really uses.
#
# Those in C++ become part of the program, so that it needs no libstdc++ of the system either: of a shared library more
# pages stay in memory than what we use of it, a megabyte and a half of an idle service in all. Those in C, of which
# security fixes come (OpenSSL, SQLite, libsodium), stay the system's.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)
find_package(CLI11 REQUIRED)

# Warnings inside other people's headers are not ours to mend.
add_library(latchkey_asio INTERFACE)
target_link_libraries(latchkey_asio INTERFACE Boost::headers Threads::Threads)
add_library(latchkey_json INTERFACE)
target_link_libraries(latchkey_json INTERFACE Boost::json)

# Their own targets link the shared libraries.
add_library(latchkey_spdlog INTERFACE)
target_include_directories(latchkey_spdlog SYSTEM INTERFACE $<TARGET_PROPERTY:spdlog::spdlog_header_only,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(latchkey_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(latchkey_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)
add_library(latchkey_toml INTERFACE)
target_include_directories(latchkey_toml SYSTEM INTERFACE $<TARGET_PROPERTY:tomlplusplus::tomlplusplus,INTERFACE_INCLUDE_DIRECTORIES>)
