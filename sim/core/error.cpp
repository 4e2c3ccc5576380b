#include "sim/core/error.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spillway {
namespace {

std::string describe(const std::string& where, const std::string& problem, const std::string& hint) {
    std::string text = where.empty() ? problem : where + ": " + problem;
    if (!hint.empty())
        text += "\n  hint: " + hint;
    return text;
}

/// Levenshtein distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

}  // namespace

InputError::InputError(std::string where, std::string problem, std::string hint)
    : std::runtime_error(describe(where, problem, hint)),
      where_(std::move(where)),
      problem_(std::move(problem)),
      hint_(std::move(hint)) {}

std::string_view nearest_name(std::string_view wrong, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, wrong.size() / 3) + 1;
    for (const std::string_view name : names) {
        const std::size_t distance = edit_distance(wrong, name);
        if (distance < best_distance) {
            best = name;
            best_distance = distance;
        }
    }
    return best;
}

InputError unknown_name(std::string where, std::string_view kind, std::string_view wrong,
                        const std::vector<std::string_view>& names) {
    const std::string_view near = nearest_name(wrong, names);
    std::string hint = near.empty() ? std::string{} : fmt::format("did you mean \"{}\"? ", near);
    hint += names.empty() ? "there is none to choose from" : fmt::format("valid: {}", fmt::join(names, ", "));
    return {std::move(where), fmt::format("unknown {} \"{}\"", kind, wrong), std::move(hint)};
}

}  // namespace spillway
