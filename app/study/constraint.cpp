#include "app/study/constraint.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/study/quantity.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kConstraintForm =
    R"(write "spare + floor <= 8", "idle >= 30s" or "fleet != zero")";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

Constraint Constraint::parse(const ConfigNode& node, std::span<const std::string> axes) {
    constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons{
        {{"<=", Comparison::kLessOrEqual},
         {">=", Comparison::kMoreOrEqual},
         {"==", Comparison::kEqual},
         {"!=", Comparison::kNotEqual},
         {"<", Comparison::kLess},
         {">", Comparison::kMore}}};
    Constraint result;
    result.text_ = node.as_text();
    result.where_ = node.where();
    for (const auto& [sign, comparison] : kComparisons) {
        const std::size_t at = result.text_.find(sign);
        if (at == std::string::npos)
            continue;
        result.comparison_ = comparison;
        const std::string_view text = result.text_;
        result.left_ = parse_sum(text.substr(0, at), axes);
        result.right_ = parse_sum(text.substr(at + sign.size()), axes);
        const auto names_axis = [](const Sum& sum) {
            return std::any_of(sum.begin(), sum.end(),
                               [](const Term& term) { return term.axis.has_value(); });
        };
        if (names_axis(result.left_) || names_axis(result.right_))
            return result;
        std::string names;
        for (const std::string& axis : axes) names += (names.empty() ? "" : ", ") + axis;
        throw InputError(result.where_, fmt::format("\"{}\" names no axis", result.text_),
                         "there are: " + names);
    }
    throw InputError(node.where(), fmt::format("\"{}\" compares nothing", result.text_),
                     std::string(kConstraintForm));
}

Constraint::Sum Constraint::parse_sum(std::string_view text, std::span<const std::string> axes) {
    Sum sum;
    while (true) {
        const std::size_t plus = std::min(text.find(" + "), text.size());
        sum.push_back(parse_term(trimmed(text.substr(0, plus)), axes));
        if (plus == text.size())
            return sum;
        text.remove_prefix(plus + 3);
    }
}

Constraint::Term Constraint::parse_term(std::string_view text, std::span<const std::string> axes) {
    Term term;
    if (const std::size_t times = text.find('*'); times != std::string_view::npos) {
        if (const auto factor = parse_number(trimmed(text.substr(0, times)))) {
            term.factor = *factor;
            text = trimmed(text.substr(times + 1));
        }
    }
    term.text = std::string(text);
    const auto axis = std::find(axes.begin(), axes.end(), text);
    if (axis != axes.end())
        term.axis = static_cast<std::size_t>(axis - axes.begin());
    return term;
}

std::optional<double> Constraint::amount(const Sum& sum, const ValueOf& value) {
    double total = 0;
    for (const Term& term : sum) {
        const auto one = magnitude(term.axis ? value(*term.axis) : term.text);
        if (!one)
            return std::nullopt;
        total += term.factor * *one;
    }
    return total;
}

std::string Constraint::text_of(const Sum& sum, const ValueOf& value) {
    std::string text;
    for (const Term& term : sum)
        text += (text.empty() ? "" : " + ") + (term.axis ? value(*term.axis) : term.text);
    return text;
}

bool Constraint::holds(const ValueOf& value) const {
    const auto left = amount(left_, value);
    const auto right = amount(right_, value);
    const bool numbers = left && right;
    if (!numbers && comparison_ != Comparison::kEqual && comparison_ != Comparison::kNotEqual) {
        throw InputError(where_,
                         fmt::format("\"{}\": \"{}\" and \"{}\" are no two amounts", text_,
                                     text_of(left_, value), text_of(right_, value)),
                         "text is compared by == and !=");
    }
    switch (comparison_) {
        case Comparison::kLess:
            return *left < *right;
        case Comparison::kLessOrEqual:
            return *left <= *right;
        case Comparison::kMoreOrEqual:
            return *left >= *right;
        case Comparison::kMore:
            return *left > *right;
        case Comparison::kEqual:
        case Comparison::kNotEqual:
            break;
    }
    const bool equal = numbers ? *left == *right : text_of(left_, value) == text_of(right_, value);
    return equal == (comparison_ == Comparison::kEqual);
}

}  // namespace spillway
