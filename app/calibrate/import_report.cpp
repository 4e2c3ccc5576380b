#include "app/calibrate/import_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "app/report/table.hpp"

namespace spillway {
namespace {

/// What a profile is fitted from: a probe, and the word that tells its precisions apart.
struct Kernel {
    std::string_view probe;
    std::string_view word;
    std::string_view precision;
};
constexpr std::array kKernels{
    Kernel{"gemm", "dtype", "bf16"},
    Kernel{"gemm", "dtype", "fp8"},
    Kernel{"gemm", "dtype", "nvfp4"},
    Kernel{"attn.prefill", "kv_dtype", "bf16"},
    Kernel{"attn.prefill", "kv_dtype", "fp8"},
    Kernel{"attn.decode", "kv_dtype", "bf16"},
    Kernel{"attn.decode", "kv_dtype", "fp8"},
    Kernel{"all_reduce", "", ""},
    Kernel{"ew", "", ""},
};

bool is_of(const Sample& sample, const Kernel& kernel) {
    return sample.probe == kernel.probe &&
           (kernel.word.empty() || sample.word(kernel.word) == kernel.precision);
}

}  // namespace

std::string import_report(const SampleFile& samples) {
    TextTable table({"kernel", "samples", "without a time"});
    std::string lacking;
    for (const Kernel& kernel : kKernels) {
        const std::string name =
            fmt::format("{}{}{}", kernel.probe, kernel.precision.empty() ? "" : " ", kernel.precision);
        std::size_t count = 0;
        std::size_t broken = 0;
        for (const Sample& sample : samples.samples) {
            if (!is_of(sample, kernel))
                continue;
            ++count;
            if (!std::isfinite(sample.median_seconds) || sample.median_seconds <= 0)
                ++broken;
        }
        if (count == 0) {
            lacking += (lacking.empty() ? "" : ", ") + name;
        } else {
            table.add({name, std::to_string(count), std::to_string(broken)});
        }
    }
    return table.text() + (lacking.empty() ? "" : "  not in the tables: " + lacking + "\n");
}

}  // namespace spillway
