#include "sim/metrics/csv_text.hpp"

#include <charconv>
#include <cstdint>

namespace spillway {

std::string csv_field(std::string_view text) {
    std::string field;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        field = "'";
    field += text;
    if (field.find_first_of(",\"\n\r") == std::string::npos)
        return field;
    std::string quoted = "\"";
    for (const char c : field) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

char* write_seconds(char* out, Duration duration) noexcept {
    constexpr std::uint64_t kBillion = 1'000'000'000;
    auto ticks = static_cast<std::uint64_t>(duration.count());
    if (duration < Duration::zero()) {
        *out++ = '-';
        ticks = 0 - ticks;  // also right for the most negative one
    }
    out = std::to_chars(out, out + kMaxSecondsText, ticks / kBillion).ptr;
    auto fraction = static_cast<std::uint32_t>(ticks % kBillion);
    if (fraction == 0)
        return out;
    *out = '.';
    int digits = 9;
    for (; fraction % 10 == 0; fraction /= 10) --digits;
    for (int i = digits; i > 0; --i, fraction /= 10) out[i] = static_cast<char>('0' + fraction % 10);
    return out + digits + 1;
}

}  // namespace spillway
