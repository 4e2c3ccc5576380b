#include "sim/billing/price_date.hpp"

#include <cstddef>

namespace spillway {
namespace {

/// Takes "DD" off the front; false where it is not between `least` and `most`.
bool take_number(std::string_view& text, std::size_t digits, int least, int most) noexcept {
    if (text.size() < digits)
        return false;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value >= least && value <= most;
}

bool take_dash(std::string_view& text) noexcept {
    if (!text.starts_with('-'))
        return false;
    text.remove_prefix(1);
    return true;
}

bool is_date(std::string_view text) noexcept {
    if (!take_number(text, 4, 2000, 2999))
        return false;
    if (text.empty())
        return true;
    if (!take_dash(text) || !take_number(text, 2, 1, 12))
        return false;
    if (text.empty())
        return true;
    return take_dash(text) && take_number(text, 2, 1, 31) && text.empty();
}

}  // namespace

bool is_price_date(std::string_view text) noexcept {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos)
        return is_date(text);
    // Written so, dates sort as texts.
    return is_date(text.substr(0, dots)) && is_date(text.substr(dots + 2)) &&
           text.substr(0, dots) <= text.substr(dots + 2);
}

}  // namespace spillway
