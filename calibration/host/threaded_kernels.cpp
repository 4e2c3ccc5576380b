#include "calibration/host/threaded_kernels.hpp"

#include <algorithm>

#include "calibration/host/sizes.hpp"

namespace spillway {
namespace {

// About 20 microseconds of one core: a sleeping thread needs half of it to wake.
constexpr double kLeastOperations = 1e6;

}  // namespace

void multiply(HostMeans& means, const ProductPart& whole) {
    constexpr std::size_t kColumns = 16;  // a cache line of outputs, and what Eigen computes at once
    const double operations =
        2. * static_cast<double>(whole.m) * static_cast<double>(whole.n) * static_cast<double>(whole.k);
    const std::size_t wanted = parts_of(operations, kLeastOperations, means.threads.size());
    const std::size_t columns = ((whole.n + wanted - 1) / wanted + kColumns - 1) / kColumns * kColumns;
    means.threads.run((whole.n + columns - 1) / columns, [&](std::size_t item, std::size_t) {
        ProductPart part = whole;
        part.first_column = item * columns;
        part.columns = std::min(columns, whole.n - part.first_column);
        means.kernels.multiply(part);
    });
}

void decode(HostMeans& means, const DecodeBatch& batch) {
    const std::size_t group = batch.heads / batch.kv_heads;
    const std::size_t cache = batch.context * batch.head_dim;
    const std::size_t pairs = batch.batch * batch.kv_heads;
    const double operations = 4. * static_cast<double>(pairs * group) * static_cast<double>(cache);
    // So many items a thread that none waits long for another's last one.
    constexpr std::size_t kItems = 4;
    const std::size_t items =
        parts_of(operations, kLeastOperations, std::min(pairs, kItems * means.threads.size()));
    means.threads.run(items, [&](std::size_t item, std::size_t thread) {
        for (std::size_t pair = item * pairs / items; pair < (item + 1) * pairs / items; ++pair) {
            const std::size_t queries = pair * group * batch.head_dim;
            means.kernels.decode({batch.keys + pair * cache, batch.values + pair * cache,
                                  batch.queries + queries, batch.outputs + queries,
                                  batch.scores + thread * group * batch.context, group, batch.context,
                                  batch.head_dim});
        }
    });
}

void prefill(HostMeans& means, const PrefillBatch& batch) {
    const std::size_t group = batch.heads / batch.kv_heads;
    const std::size_t tokens = batch.prefix + batch.fresh;
    const std::size_t blocks = (batch.fresh + kPrefillRows - 1) / kPrefillRows;
    const std::size_t parts = batch.batch * batch.heads * blocks;
    const double operations = 4. * static_cast<double>(batch.batch * batch.heads * batch.fresh) *
                              static_cast<double>(tokens * batch.head_dim);
    const std::size_t items = parts_of(operations, kLeastOperations, parts);
    const auto do_part = [&](std::size_t number, std::size_t thread) {
        const std::size_t head = number / blocks;  // of all sequences
        const std::size_t first_row = number % blocks * kPrefillRows;
        const std::size_t cache = head / group * tokens * batch.head_dim;
        const std::size_t queries = head * batch.fresh * batch.head_dim;
        means.kernels.prefill({batch.keys + cache, batch.values + cache, batch.queries + queries,
                               batch.outputs + queries, batch.scores + thread * kPrefillRows * tokens,
                               batch.prefix, batch.head_dim, first_row,
                               std::min(kPrefillRows, batch.fresh - first_row)});
    };
    means.threads.run(items, [&](std::size_t item, std::size_t thread) {
        for (std::size_t part = item * parts / items; part < (item + 1) * parts / items; ++part)
            do_part(part, thread);
    });
}

}  // namespace spillway
