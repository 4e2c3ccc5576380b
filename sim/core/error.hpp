#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What the user gave us and we cannot run: where it stands, what is wrong, what to do about it.
/// Caught once, in main, which prints it and exits with code 2.
class InputError : public std::runtime_error {
public:
    /// `where` is a file, "file:line" or "file: json.path"; `hint` may be empty.
    InputError(std::string where, std::string problem, std::string hint = {});

    const std::string& where() const noexcept { return where_; }
    const std::string& problem() const noexcept { return problem_; }
    const std::string& hint() const noexcept { return hint_; }

private:
    std::string where_;
    std::string problem_;
    std::string hint_;
};

/// The entry of `names` nearest to `wrong` by edit distance; empty when none is near enough to be meant.
std::string_view nearest_name(std::string_view wrong, const std::vector<std::string_view>& names);

/// "unknown policy \"fixd\"" with the nearest name and the list of valid ones as its hint.
InputError unknown_name(std::string where, std::string_view kind, std::string_view wrong,
                        const std::vector<std::string_view>& names);

}  // namespace spillway
