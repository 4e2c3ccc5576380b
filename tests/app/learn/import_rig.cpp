#include "tests/app/learn/import_rig.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

Observed observed_in_files(const std::vector<std::string_view>& texts) {
    const ScratchDir folder;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        names.push_back((folder / ("result" + std::to_string(i))).string());
        write_text(names.back(), texts[i]);
    }
    return import_files(names, std::nullopt, {});
}

Observed observed_in(std::string_view text) { return observed_in_files({text}); }

void require_refused_file(std::string_view text, const std::vector<std::string>& parts) {
    try {
        observed_in(text);
    } catch (const InputError& error) {
        INFO(error.what());
        CHECK_THAT(error.where(), contains_text("result0"));
        for (const std::string& part : parts) CHECK_THAT(std::string(error.what()), contains_text(part));
        return;
    }
    FAIL("nothing was refused");
}

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
    std::string result(text);
    const std::size_t place = result.find(from);
    REQUIRE(place != std::string::npos);
    return result.replace(place, from.size(), to);
}

}  // namespace spillway::tests
