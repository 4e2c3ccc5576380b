#pragma once

#include <string>

#include "app/study/quantity.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// A number of a scenario, with its unit, and the range that it is tried over. A value type.
class FieldRange {
public:
    /// Throws InputError at `where` for units that measure different things, and unless low < high.
    FieldRange(std::string path, const Quantity& low, const Quantity& high, std::string where);
    /// Reads "pools[chat].policy.idle_timeout=30s..2m". Throws InputError at `where`.
    static FieldRange parse(const std::string& text, const std::string& where);

    const std::string& path() const noexcept { return path_; }
    const std::string& where() const noexcept { return where_; }
    std::string low() const { return label(0); }
    std::string high() const { return label(1); }
    /// The change of the scenario to the place `unit` of the range, 0..1: whole numbers stay whole.
    FieldChange at(double unit) const;
    /// Where at(unit) lies in the range: elsewhere than `unit` for whole numbers.
    double place(double unit) const;

private:
    double number(double unit) const;
    std::string label(double unit) const;

    std::string path_;
    Quantity low_;
    Quantity high_;
    std::string where_;
};

}  // namespace spillway
