#include "app/study/merge_results.hpp"

#include <system_error>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

void check_same(const ResultStore& first, const fs::path& first_file, const ResultStore& other,
                const fs::path& file) {
    if (first.layout().identity != other.layout().identity)
        throw InputError(file.string(), fmt::format("is of another study than {}", first_file.string()),
                         "shards of one study have the same study, scenario, inputs and program");
}

}  // namespace

ResultStore merge_results(std::span<const fs::path> shards, const fs::path& out) {
    const ResultStore first = ResultStore::open_to_read(shards.front());
    const fs::path growing = out.string() + ".merging";
    ResultStore::remove(growing);
    {
        ResultStore whole = ResultStore::open(growing, first.layout(), Shard{});
        std::vector<bool> taken(first.layout().labels.size());
        for (const fs::path& file : shards) {
            if (fs::exists(out) && fs::equivalent(file, out))
                throw InputError(out.string(), "is one of the shards", "--out names another file");
            const ResultStore shard = ResultStore::open_to_read(file);
            check_same(first, shards.front(), shard, file);
            shard.each([&](const PointResult& result) {
                if (taken.at(result.id))
                    throw InputError(file.string(),
                                     fmt::format("has point {}, which another file has too", result.id));
                taken.at(result.id) = true;
                whole.keep(result);
            });
        }
    }
    ResultStore::remove(out);  // with its log, which SQLite would play over the new file
    std::error_code failure;
    fs::rename(growing, out, failure);
    if (failure)
        throw InputError(out.string(), "cannot be written: " + failure.message());
    return ResultStore::open_to_read(out);
}

std::vector<std::uint64_t> missing_points(const ResultStore& store) {
    const std::vector<bool> finished = store.finished();
    std::vector<std::uint64_t> missing;
    for (std::uint64_t id = 0; id < finished.size(); ++id) {
        if (!finished[id])
            missing.push_back(id);
    }
    return missing;
}

}  // namespace spillway
