#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {

std::string gzip_of(std::string_view text);
std::string zstd_of(std::string_view text);

/// A folder with trace files of this test, and a rig that reads from it.
struct TraceFolder {
    ScratchDir dir;
    SourceRig rig = {};

    TraceFolder() { rig.folder = dir.path(); }
    void write(std::string_view name, std::string_view text) { write_text(dir / name, text); }
    std::vector<Arrival> read(std::string_view json) { return drain(rig.make(json)); }
    /// What reading it to the end throws; fails the test when it throws nothing.
    InputError error_of(std::string_view json);
};

}  // namespace spillway::tests
