#include "app/calibrate/passed_over.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {

void PassedOver::add(InputError why) {
    ++count;
    if (!first)
        first = std::move(why);
}

void PassedOver::add(const PassedOver& others) {
    count += others.count;
    if (!first)
        first = others.first;
}

std::string passed_over_line(const PassedOver& passed, std::string_view what, std::string_view of) {
    if (passed.count == 0)
        return {};
    return fmt::format("{}{} passed over; the first, {}: {}\n", show_counted(passed.count, what), of,
                       passed.first->where(), passed.first->problem());
}

}  // namespace spillway
