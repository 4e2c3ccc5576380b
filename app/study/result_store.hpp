#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/study/point_result.hpp"
#include "app/study/study.hpp"

namespace spillway {

/// The points of a study that one of several jobs computes: those whose number leaves `index` - 1 when
/// divided by `count`.
struct Shard {
    std::uint64_t index = 1;  ///< from 1 to count
    std::uint64_t count = 1;

    bool has(std::uint64_t id) const noexcept { return id % count == index - 1; }
};

/// "2/8". Throws InputError at `where`.
Shard parse_shard(const std::string& text, const std::string& where);

/// What the results of a study look like, whoever computed them.
struct StudyLayout {
    std::string name;
    std::string identity;  ///< as in Study
    std::vector<std::string> axes;
    std::vector<Metric> metrics;
    std::vector<std::vector<std::string>> labels;  ///< by point and axis

    static StudyLayout of(const Study& study);
};

/// The results of a study in one SQLite file, written as they come: killed at any moment, it holds whole
/// points only, and whoever opens it again goes on with the others. Used from one thread at a time.
///
/// Tables: `study` (key, value), `points` (a row a point: its axes), `results` (a row a finished point: means
/// and half-widths), `runs` (a row a replication). Readings are numbers, the text "never", or null.
class ResultStore {
public:
    /// Opens `file` for the study, or makes it. Throws InputError when it holds another study or shard, is no
    /// such file, or cannot be written.
    static ResultStore open(const std::filesystem::path& file, const StudyLayout& layout, const Shard& shard);
    /// Opens what is there, to be read. Throws InputError.
    static ResultStore open_to_read(const std::filesystem::path& file);
    /// Deletes a file of results with what SQLite keeps beside it; nothing happens when there is none. Throws
    /// InputError for a file that holds something else, and for one that cannot be deleted.
    static void remove(const std::filesystem::path& file);
    ~ResultStore();
    ResultStore(ResultStore&&) noexcept;
    ResultStore& operator=(ResultStore&&) noexcept;

    const StudyLayout& layout() const noexcept;
    const Shard& shard() const noexcept;
    /// By point: whether its result is there.
    std::vector<bool> finished() const;
    /// Writes one finished point, all of it or nothing. Throws InputError when it cannot be written, or is
    /// there already: another process writes the same file.
    void keep(const PointResult& result);
    /// Calls `take` for each finished point, in the order of their numbers.
    void each(const std::function<void(const PointResult&)>& take) const;

private:
    struct Database;
    explicit ResultStore(std::unique_ptr<Database> database);
    std::unique_ptr<Database> database_;
};

}  // namespace spillway
