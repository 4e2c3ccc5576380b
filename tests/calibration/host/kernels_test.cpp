#include "calibration/host/kernels/host_kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "calibration/common/probe.hpp"
#include "calibration/host/references.hpp"
#include "calibration/host/rotating_memory.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::vector<float> random_numbers(std::size_t count, std::uint64_t seed) {
    std::vector<float> numbers(count);
    fill_random(numbers, seed);
    return numbers;
}

/// Both sets of kernels, which may be the same one.
std::array<const HostKernels*, 2> kernel_sets() { return {&plain_kernels(), &host_kernels()}; }

void require_product(const HostKernels& kernels, std::size_t m, std::size_t n, std::size_t k) {
    CAPTURE(kernels.instructions, m, n, k);
    const std::vector<float> inputs = random_numbers(m * k, 1);
    const std::vector<float> weights = random_numbers(n * k, 2);
    std::vector<float> outputs(m * n, 99.0F);
    ProductPart part{inputs.data(), weights.data(), outputs.data(), m, n, k, 0, n / 3};
    kernels.multiply(part);
    part.first_column = n / 3;
    part.columns = n - n / 3;
    kernels.multiply(part);
    for (std::size_t place = 0; place < m * n; ++place) {
        const double reference = product_reference(part, place / n, place % n);
        check_equal("a product", static_cast<double>(outputs[place]), reference, static_cast<double>(k),
                    std::sqrt(static_cast<double>(k)));
    }
}

void require_decode(const HostKernels& kernels, std::size_t group, std::size_t context, std::size_t dim) {
    CAPTURE(kernels.instructions, group, context, dim);
    const std::vector<float> keys = random_numbers(context * dim, 3);
    const std::vector<float> values = random_numbers(context * dim, 4);
    const std::vector<float> queries = random_numbers(group * dim, 5);
    std::vector<float> outputs(group * dim, 99.0F);
    std::vector<float> scores(group * context);
    kernels.decode(
        {keys.data(), values.data(), queries.data(), outputs.data(), scores.data(), group, context, dim});
    for (std::size_t place = 0; place < group * dim; ++place) {
        const double reference = attention_reference(
            {queries.data() + place / dim * dim, keys.data(), values.data(), context, dim}, place % dim);
        check_equal("decode attention", static_cast<double>(outputs[place]), reference,
                    static_cast<double>(context + dim), 1 / std::sqrt(static_cast<double>(context)));
    }
}

void require_prefill(const HostKernels& kernels, std::size_t prefix, std::size_t fresh, std::size_t dim) {
    CAPTURE(kernels.instructions, prefix, fresh, dim);
    const std::size_t tokens = prefix + fresh;
    const std::vector<float> keys = random_numbers(tokens * dim, 6);
    const std::vector<float> values = random_numbers(tokens * dim, 7);
    const std::vector<float> queries = random_numbers(fresh * dim, 8);
    std::vector<float> outputs(fresh * dim, 99.0F);
    std::vector<float> scores(fresh * tokens);
    const std::size_t half = fresh / 2;
    PrefillPart part{keys.data(), values.data(), queries.data(), outputs.data(), scores.data(), prefix, dim,
                     0,           half};
    if (half > 0)
        kernels.prefill(part);
    part.first_row = half;
    part.rows = fresh - half;
    kernels.prefill(part);
    for (std::size_t place = 0; place < fresh * dim; ++place) {
        const std::size_t seen = prefix + place / dim + 1;
        const double reference = attention_reference(
            {queries.data() + place / dim * dim, keys.data(), values.data(), seen, dim}, place % dim);
        check_equal("prefill attention", static_cast<double>(outputs[place]), reference,
                    static_cast<double>(seen + dim), 1 / std::sqrt(static_cast<double>(seen)));
    }
}

}  // namespace

TEST_CASE("products of odd sizes are those of double precision", "[calibration][host]") {
    for (const HostKernels* kernels : kernel_sets()) {
        for (const std::size_t m : {1U, 2U, 4U, 5U, 7U, 33U}) {
            require_product(*kernels, m, 37, 19);
            require_product(*kernels, m, 5, 257);
            require_product(*kernels, m, 3, 1);
        }
    }
}

TEST_CASE("decode attention of odd sizes is that of double precision", "[calibration][host]") {
    for (const HostKernels* kernels : kernel_sets()) {
        require_decode(*kernels, 1, 1, 8);
        require_decode(*kernels, 3, 17, 24);
        require_decode(*kernels, 4, 129, 64);
        require_decode(*kernels, 7, 1000, 80);
    }
}

TEST_CASE("prefill attention of odd sizes sees what came before each token and no more",
          "[calibration][host]") {
    for (const HostKernels* kernels : kernel_sets()) {
        require_prefill(*kernels, 0, 1, 8);
        require_prefill(*kernels, 0, 33, 24);
        require_prefill(*kernels, 5, 17, 64);
        require_prefill(*kernels, 131, 65, 80);
    }
}

TEST_CASE("norms and gates of odd widths are those of double precision", "[calibration][host]") {
    for (const HostKernels* kernels : kernel_sets()) {
        for (const std::size_t width : {1U, 3U, 17U, 1027U}) {
            CAPTURE(kernels->instructions, width);
            const std::vector<float> inputs = random_numbers(width, 9);
            const std::vector<float> weights = random_numbers(width, 10);
            const std::vector<float> before = random_numbers(width, 11);
            std::vector<float> residual = before;
            std::vector<float> outputs(width, 99.0F);
            kernels->add_norm({inputs.data(), weights.data(), residual.data(), outputs.data(), width});
            std::vector<float> unchanged = before;
            for (std::size_t place = 0; place < width; ++place) {
                const double reference =
                    norm_reference({inputs.data(), weights.data(), unchanged.data(), nullptr, width}, place);
                check_equal("a norm", static_cast<double>(outputs[place]), reference,
                            static_cast<double>(width), 1);
                REQUIRE(residual[place] == before[place] + inputs[place]);
            }
            const GateRow row{inputs.data(), weights.data(), outputs.data(), width};
            kernels->silu_multiply(row);
            for (std::size_t place = 0; place < width; ++place)
                check_equal("a gate", static_cast<double>(outputs[place]), silu_reference(row, place), 1, 1);
        }
    }
}

TEST_CASE("a copy is what was copied", "[calibration][host]") {
    for (const HostKernels* kernels : kernel_sets()) {
        for (const std::size_t count : {1U, 15U, 1000U, 4099U}) {
            const std::vector<float> from = random_numbers(count, 12);
            std::vector<float> to(count);
            kernels->copy(from.data(), to.data(), count);
            REQUIRE(from == to);
        }
    }
}

TEST_CASE("a wrong result is found and named", "[calibration][host]") {
    REQUIRE_NOTHROW(check_equal("a sum", 1.0000001, 1, 10, 1));
    REQUIRE_THROWS_WITH(check_equal("a sum", 1.001, 1, 10, 1), contains_text("a sum is wrong"));
    REQUIRE_THROWS_AS(check_equal("a sum", std::nan(""), 1, 10, 1), MeasureError);
}

}  // namespace spillway::tests
