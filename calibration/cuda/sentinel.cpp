#include "calibration/cuda/sentinel.hpp"

#include <chrono>

namespace spillway::cuda {
namespace {

constexpr std::int64_t kSize = 4096;
constexpr int kProducts = 20;
constexpr double kWarmSeconds = 0.3;

}  // namespace

Sentinel::Sentinel(const Device& device)
    : device_(device),
      matmul_({ValueKind::kBf16, Weights::kByOutput, kSize, kSize, kSize}),
      weights_(random_bf16_buffer(kSize * kSize, 1, device.stream().get())),
      input_(random_bf16_buffer(kSize * kSize, 2, device.stream().get())),
      output_(kSize * kSize * sizeof(Bf16)) {}

double Sentinel::seconds() {
    const auto began = std::chrono::steady_clock::now();
    while (!warm_) {
        time_products();
        warm_ = std::chrono::steady_clock::now() - began > std::chrono::duration<double>(kWarmSeconds);
    }
    return time_products();
}

double Sentinel::time_products() {
    begin_.record(device_.stream());
    for (int i = 0; i < kProducts; ++i)
        matmul_.enqueue(output_.get(), input_.get(), weights_.get(), device_.stream().get());
    end_.record(device_.stream());
    end_.wait();
    return end_.seconds_since(begin_) / kProducts;
}

}  // namespace spillway::cuda
