#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace spillway {

/// A broken promise of our own code (the clock went back, a request was lost); never the user's fault.
class InternalError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Throws InternalError naming the place, the condition and the message.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, std::string_view message);

}  // namespace spillway

/// Checks in every build: a simulator whose invariants hold only in debug builds reports unchecked numbers.
/// `message` is evaluated only on failure.
#define SPILLWAY_CHECK(condition, message)                                       \
    do {                                                                         \
        if (!(condition)) [[unlikely]]                                           \
            ::spillway::check_failed(__FILE__, __LINE__, #condition, (message)); \
    } while (false)
