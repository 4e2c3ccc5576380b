#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/billing/price.hpp"
#include "sim/billing/readable_unit.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What an invoice counts in.
struct InvoiceUnit {
    Measure measure = Measure::kTime;
    Int128 base_units = 1;  ///< that one of it is
    bool of_gpus = false;   ///< of kTime: of single GPUs, whatever the instance holds
};

/// "Hrs", "GPU-hours", "seconds", "ms", "vCPU-h", "GiB-s", "GB-Mo", "gibibyte month", "GB", "1M tokens",
/// "1 Hour", "Requests", in any case; `month` is how long a month of storage lasts. Empty for what is none of
/// these, which includes lots of other sizes ("100 Hours"), of which exports do not agree what is counted.
std::optional<InvoiceUnit> parse_invoice_unit(std::string_view text, Duration month);

/// How amounts of a measure are shown to people: hours and millions, or where `largest` is less than one of
/// these, the readable unit that files have.
ReadableUnit shown_unit(Measure measure, Int128 largest) noexcept;

}  // namespace spillway
