#include "app/study/result_store.hpp"

#include <sqlite3.h>

#include <system_error>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/study/estimate.hpp"
#include "app/study/result_tables.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 10'000;

void bind_reading(SQLite::Statement& statement, int column, const Reading& reading) {
    if (reading.has_value()) {
        statement.bind(column, reading.value());
    } else if (reading.state() == Reading::State::kNever) {
        statement.bind(column, reading_text(reading));
    } else {
        statement.bind(column);
    }
}

Reading read_column(const SQLite::Column& column) {
    if (column.isNull())
        return Reading::nothing();
    return column.isText() ? parse_reading(column.getString()) : Reading::of(column.getDouble());
}

/// A mean over replications, as one reading.
Reading mean_reading(const Estimate& figure) {
    if (figure.has_mean())
        return Reading::of(figure.mean);
    return figure.never > 0 ? Reading::never() : Reading::nothing();
}

/// What goes wrong with the file becomes an error of the user's.
template <class Work>
void translated(const fs::path& file, Work work) {
    try {
        work();
    } catch (const SQLite::Exception& error) {
        const bool twice = error.getErrorCode() == SQLITE_CONSTRAINT;
        throw InputError(file.string(), fmt::format("cannot be used for results: {}", error.what()),
                         twice ? "does another sweep write the same file?" : "");
    } catch (const nlohmann::json::exception& error) {
        throw InputError(file.string(), fmt::format("is damaged: {}", error.what()));
    } catch (const std::out_of_range&) {
        throw InputError(file.string(), "is damaged: it has results of points that it does not have");
    }
}

}  // namespace

Shard parse_shard(const std::string& text, const std::string& where) {
    const std::size_t slash = text.find('/');
    const auto index = parse_integer(std::string_view(text).substr(0, slash));
    const auto count = slash == std::string::npos ? std::nullopt : parse_integer(text.substr(slash + 1));
    if (!index || !count || *index < 1 || *count < *index)
        throw InputError(where, fmt::format("\"{}\" is no shard", text), "write 1/8 to 8/8");
    return {static_cast<std::uint64_t>(*index), static_cast<std::uint64_t>(*count)};
}

StudyLayout StudyLayout::of(const Study& study) {
    StudyLayout layout{study.name, study.identity, {}, study.metrics, {}};
    for (const Axis& axis : study.axes) layout.axes.push_back(axis.name());
    layout.labels.reserve(study.points.size());
    for (const StudyPoint& point : study.points) {
        std::vector<std::string>& labels = layout.labels.emplace_back();
        for (const AxisValue& value : point.values) labels.push_back(value.label);
    }
    return layout;
}

struct ResultStore::Database {
    SQLite::Database sqlite;
    StudyLayout layout;
    Shard shard;

    void keep_runs(const PointResult& result);
    void keep_summary(const PointResult& result);
    std::vector<RunOutcome> runs_of(std::uint64_t point);
};

ResultStore::ResultStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
ResultStore::~ResultStore() = default;
ResultStore::ResultStore(ResultStore&&) noexcept = default;
ResultStore& ResultStore::operator=(ResultStore&&) noexcept = default;

ResultStore ResultStore::open(const fs::path& file, const StudyLayout& layout, const Shard& shard) {
    std::unique_ptr<Database> database;
    translated(file, [&] {
        SQLite::Database sqlite(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                kBusyMilliseconds);
        sqlite.exec("PRAGMA journal_mode = WAL");
        sqlite.exec("PRAGMA synchronous = NORMAL");
        if (!has_result_tables(sqlite)) {
            if (SQLite::Statement(sqlite, "SELECT name FROM sqlite_master").executeStep())
                throw InputError(file.string(), "is a database, and not one of results");
            create_result_tables(sqlite, layout, shard);
        }
        const std::string kept = study_value(sqlite, "shard");
        if (study_value(sqlite, "identity") != layout.identity)
            throw InputError(file.string(),
                             "holds results of another study: the study, its scenario, their inputs or the "
                             "program have changed since",
                             "--fresh starts over; --out names another file");
        if (kept != fmt::format("{}/{}", shard.index, shard.count))
            throw InputError(file.string(), fmt::format("holds the results of shard {}", kept),
                             "give each shard a file of its own: --out");
        database = std::make_unique<Database>(Database{std::move(sqlite), layout, shard});
    });
    return ResultStore(std::move(database));
}

ResultStore ResultStore::open_to_read(const fs::path& file) {
    if (!fs::exists(file))
        throw InputError(file.string(), "there is no such file");
    std::unique_ptr<Database> database;
    translated(file, [&] {
        SQLite::Database sqlite(file.string(), SQLite::OPEN_READONLY, kBusyMilliseconds);
        if (!has_result_tables(sqlite))
            throw InputError(file.string(), "holds no results of a study");
        StudyLayout layout = read_study_layout(sqlite, file.string());
        const Shard shard = parse_shard(study_value(sqlite, "shard"), file.string());
        database = std::make_unique<Database>(Database{std::move(sqlite), std::move(layout), shard});
    });
    return ResultStore(std::move(database));
}

const StudyLayout& ResultStore::layout() const noexcept { return database_->layout; }
const Shard& ResultStore::shard() const noexcept { return database_->shard; }

std::vector<bool> ResultStore::finished() const {
    std::vector<bool> finished(database_->layout.labels.size());
    translated(database_->sqlite.getFilename(), [&] {
        SQLite::Statement query(database_->sqlite, "SELECT point FROM results");
        while (query.executeStep())
            finished.at(static_cast<std::size_t>(query.getColumn(0).getInt64())) = true;
    });
    return finished;
}

void ResultStore::keep(const PointResult& result) {
    translated(database_->sqlite.getFilename(), [&] {
        SQLite::Transaction transaction(database_->sqlite);
        database_->keep_runs(result);
        database_->keep_summary(result);
        transaction.commit();
    });
}

void ResultStore::Database::keep_runs(const PointResult& result) {
    SQLite::Statement insert(sqlite, "INSERT INTO runs VALUES " + value_marks(5 + layout.metrics.size()));
    std::uint64_t replication = result.runs.begin;
    for (const RunOutcome& run : result.runs.runs) {
        insert.bind(1, static_cast<std::int64_t>(result.id));
        insert.bind(2, static_cast<std::int64_t>(replication++));
        insert.bind(3, run.held ? 1 : 0);
        insert.bind(4, run.unsettled);
        insert.bind(5, run.saturated);
        for (std::size_t i = 0; i < run.readings.size(); ++i)
            bind_reading(insert, static_cast<int>(i) + 6, run.readings[i]);
        insert.exec();
        insert.reset();
    }
}

void ResultStore::Database::keep_summary(const PointResult& result) {
    const std::size_t metrics = layout.metrics.size();
    SQLite::Statement insert(sqlite, "INSERT INTO results VALUES " + value_marks(8 + 2 * metrics));
    insert.bind(1, static_cast<std::int64_t>(result.id));
    if (!result.refused.empty())
        insert.bind(2, result.refused);
    insert.bind(3, static_cast<std::int64_t>(result.runs.begin));
    insert.bind(4, static_cast<std::int64_t>(result.runs.runs.size()));
    insert.bind(5, result.runs.precise ? 1 : 0);
    insert.bind(6, static_cast<std::int64_t>(result.runs.unsettled()));
    insert.bind(7, static_cast<std::int64_t>(result.runs.saturated()));
    insert.bind(8, result.runs.held_share());
    for (std::size_t i = 0; i < metrics && !result.runs.runs.empty(); ++i) {
        const Estimate figure = estimate(result.runs.of(i));
        bind_reading(insert, static_cast<int>(9 + i), mean_reading(figure));
        if (figure.has_interval())
            insert.bind(static_cast<int>(9 + metrics + i), figure.half_width);
    }
    insert.exec();
}

std::vector<RunOutcome> ResultStore::Database::runs_of(std::uint64_t point) {
    SQLite::Statement query(sqlite, "SELECT * FROM runs WHERE point = ? ORDER BY replication");
    query.bind(1, static_cast<std::int64_t>(point));
    std::vector<RunOutcome> runs;
    while (query.executeStep()) {
        RunOutcome& run = runs.emplace_back();
        run.held = query.getColumn(2).getInt() != 0;
        run.unsettled = query.getColumn(3).getString();
        run.saturated = query.getColumn(4).getString();
        for (std::size_t i = 0; i < layout.metrics.size(); ++i)
            run.readings.push_back(read_column(query.getColumn(static_cast<int>(i) + 5)));
    }
    return runs;
}

void ResultStore::each(const std::function<void(const PointResult&)>& take) const {
    translated(database_->sqlite.getFilename(), [&] {
        SQLite::Statement query(
            database_->sqlite,
            "SELECT point, refused, first_replication, precise FROM results ORDER BY point");
        while (query.executeStep()) {
            PointResult result;
            result.id = static_cast<std::uint64_t>(query.getColumn(0).getInt64());
            result.refused = query.getColumn(1).getString();
            result.runs.begin = static_cast<std::uint64_t>(query.getColumn(2).getInt64());
            result.runs.precise = query.getColumn(3).getInt() != 0;
            result.runs.runs = database_->runs_of(result.id);
            take(result);
        }
    });
}

void ResultStore::remove(const fs::path& file) {
    if (!fs::exists(file))
        return;
    static_cast<void>(open_to_read(file));
    std::error_code failure;
    for (const char* ending : {"", "-wal", "-shm"}) {
        fs::remove(file.string() + ending, failure);
        if (failure)
            throw InputError(file.string() + ending, "cannot be deleted: " + failure.message());
    }
}

}  // namespace spillway
