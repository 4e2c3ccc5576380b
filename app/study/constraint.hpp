#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// A condition that the points of a study must meet: `spare + floor <= 8`, `2 * spare < floor`, `idle >=
/// 30s`, `fleet != zero`. A side is a sum of axes, multiples of axes and amounts. Sides that are no amounts
/// are compared as text, by == and != alone. A value type.
class Constraint {
public:
    /// What an axis has at a point, as results show it.
    using ValueOf = std::function<std::string(std::size_t axis)>;

    /// Throws InputError for text that is no condition, or names no axis.
    static Constraint parse(const ConfigNode& text, std::span<const std::string> axes);

    /// Throws InputError when the values of a point cannot be compared so.
    bool holds(const ValueOf& value) const;

private:
    enum class Comparison { kLess, kLessOrEqual, kEqual, kNotEqual, kMoreOrEqual, kMore };
    struct Term {
        double factor = 1;
        std::optional<std::size_t> axis;
        std::string text;  // an amount, where there is no axis
    };
    using Sum = std::vector<Term>;

    static Sum parse_sum(std::string_view text, std::span<const std::string> axes);
    static Term parse_term(std::string_view text, std::span<const std::string> axes);
    static std::optional<double> amount(const Sum& sum, const ValueOf& value);
    static std::string text_of(const Sum& sum, const ValueOf& value);

    std::string text_;
    std::string where_;
    Sum left_;
    Sum right_;
    Comparison comparison_ = Comparison::kLess;
};

}  // namespace spillway
