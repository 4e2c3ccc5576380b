#pragma once

#include <string>

#include "calibration/common/sample_file.hpp"
#include "calibration/fit/typed_rows.hpp"
#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

/// Whose samples these are: its name in profiles and scenarios, and what its peaks are.
struct MachineSheet {
    std::string name;
    DataSheet sheet;
};

/// The catalogue's data sheet where the samples name one of its GPUs or the device has a name that drivers
/// give one of them; `own_name`, if not empty, comes first. For any other machine a sheet is made of the
/// samples: sizes that the device reports, and as its peaks the best rates that were measured, which
/// efficiencies then are shares of.
/// Throws InputError at `where` for a GPU that neither the catalogue nor the samples describe, for a device
/// with another number of multiprocessors than the catalogue's GPU of that name (a part of it, or another
/// board), and for samples that do not say enough to make a sheet of.
MachineSheet machine_sheet(const SampleFile& samples, const TypedRows& rows, const std::string& own_name,
                           const std::string& where);

}  // namespace spillway
