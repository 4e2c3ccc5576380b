#include <atomic>
#include <cmath>
#include <filesystem>
#include <set>
#include <vector>

#include "calibration/host/host_means.hpp"
#include "calibration/host/references.hpp"
#include "calibration/host/sizes.hpp"
#include "calibration/host/threaded_kernels.hpp"
#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("worker threads do each item once, round after round", "[calibration][host]") {
    for (const std::size_t count : {1U, 2U, 5U}) {
        WorkerThreads threads(count);
        REQUIRE(threads.size() == count);
        for (const std::size_t items : {0U, 1U, 2U, 7U, 100U, 3U, 1U, 50U}) {
            std::vector<std::atomic<int>> done(items);
            std::atomic<bool> known_threads{true};
            threads.run(items, [&](std::size_t item, std::size_t thread) {
                ++done[item];
                if (thread >= count)
                    known_threads = false;
            });
            REQUIRE(known_threads);
            for (const std::atomic<int>& times : done) REQUIRE(times == 1);
        }
    }
}

TEST_CASE("parts of rotating memory are random, apart from each other, and come round again",
          "[calibration][host]") {
    RotatingMemory memory(8 << 20);
    std::set<const float*> parts;
    const float* const first = memory.next(1000).data();
    const float* last = first;
    parts.insert(first);
    for (std::size_t i = 1;; ++i) {
        const std::span<float> part = memory.next(1000);
        if (part.data() == first) {
            REQUIRE(i == memory.parts(1000));
            break;
        }
        REQUIRE(part.data() >= last + 1000);
        last = part.data();
        REQUIRE(parts.insert(last).second);
        double sum = 0;
        for (const float number : part) {
            REQUIRE(std::abs(number) <= 1);
            sum += static_cast<double>(number);
        }
        // A thousand numbers of variance 1/3: beyond 5 deviations with a chance of 6e-7 a part.
        REQUIRE(std::abs(sum) < 5 * std::sqrt(1000.0 / 3));
    }
    REQUIRE(parts.size() > 50);
    REQUIRE(memory.next((8 << 20) / sizeof(float)).data() != nullptr);
    REQUIRE_THROWS_AS(memory.next((8 << 20) / sizeof(float) + 1), InternalError);
}

TEST_CASE("scattered places lie within and apart", "[calibration][host]") {
    std::set<std::size_t> places;
    for (std::size_t i = 0; i < 32; ++i) {
        const std::size_t place = scattered(i, 1000);
        REQUIRE(place < 1000);
        REQUIRE(places.insert(place).second);
    }
    REQUIRE(scattered(3, 1) == 0);
    REQUIRE(parts_of(0, 10, 4) == 1);
    REQUIRE(parts_of(35, 10, 4) == 3);
    REQUIRE(parts_of(1000, 10, 4) == 4);
}

TEST_CASE("products split over threads are complete", "[calibration][host]") {
    HostMeans means({}, std::filesystem::temp_directory_path());
    constexpr std::size_t kRows = 24;
    constexpr std::size_t kColumns = 333;
    constexpr std::size_t kInner = 512;
    ProductPart part;
    part.m = kRows;
    part.n = kColumns;
    part.k = kInner;
    part.inputs = means.operands.next(kRows * kInner).data();
    part.weights = means.operands.next(kColumns * kInner).data();
    std::vector<float> outputs(kRows * kColumns, 99.0F);
    part.outputs = outputs.data();
    multiply(means, part);
    for (std::size_t place = 0; place < outputs.size(); ++place) {
        check_equal("a product", static_cast<double>(outputs[place]),
                    product_reference(part, place / kColumns, place % kColumns), kInner, std::sqrt(kInner));
    }
}

}  // namespace spillway::tests
