#pragma once

#include <string>
#include <string_view>

#include "app/study/study.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

/// A folder with a small scenario (half an hour of Poisson traffic, scale to zero, priced) and studies of it.
struct StudyRig {
    ScratchDir folder;

    StudyRig();
    /// The scenario's text with `from` replaced by `to`.
    static std::string scenario_text(std::string_view from = {}, std::string_view to = {});
    /// Writes a study of the scenario with these members and reads it.
    Study study(const std::string& members) const;
    ScenarioFile scenario(std::string_view from = {}, std::string_view to = {}) const;
};

}  // namespace spillway::tests
