#include "app/study/result_tables.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "spillway study 1";

std::string identifier(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
}

std::string columns_of(const StudyLayout& layout, std::string_view ending, std::string_view type) {
    std::string text;
    for (const Metric& metric : layout.metrics)
        text += fmt::format(", {} {}", identifier(metric.key + std::string(ending)), type);
    return text;
}

void make_tables(SQLite::Database& database, const StudyLayout& layout) {
    std::string axes;
    for (const std::string& axis : layout.axes) axes += fmt::format(", {} TEXT NOT NULL", identifier(axis));
    database.exec("CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
    database.exec("CREATE TABLE points (point INTEGER PRIMARY KEY" + axes + ")");
    database.exec(fmt::format(
        "CREATE TABLE results (point INTEGER PRIMARY KEY, refused TEXT, first_replication INTEGER NOT NULL, "
        "replications INTEGER NOT NULL, precise INTEGER NOT NULL, unsettled INTEGER NOT NULL, "
        "saturated INTEGER NOT NULL, slo_held_share REAL NOT NULL{}{})",
        columns_of(layout, "", "REAL"), columns_of(layout, "_half_width", "REAL")));
    database.exec(fmt::format(
        "CREATE TABLE runs (point INTEGER NOT NULL, replication INTEGER NOT NULL, slo_held INTEGER NOT NULL, "
        "unsettled TEXT NOT NULL, saturated TEXT NOT NULL{}, PRIMARY KEY (point, replication)) WITHOUT ROWID",
        columns_of(layout, "", "REAL")));
}

void write_points(SQLite::Database& database, const StudyLayout& layout) {
    SQLite::Statement insert(database, "INSERT INTO points VALUES " + value_marks(1 + layout.axes.size()));
    for (std::size_t point = 0; point < layout.labels.size(); ++point) {
        insert.bind(1, static_cast<std::int64_t>(point));
        for (std::size_t axis = 0; axis < layout.axes.size(); ++axis)
            insert.bind(static_cast<int>(axis) + 2, layout.labels[point][axis]);
        insert.exec();
        insert.reset();
    }
}

void write_value(SQLite::Database& database, const std::string& key, const std::string& value) {
    SQLite::Statement insert(database, "INSERT INTO study VALUES (?, ?)");
    insert.bind(1, key);
    insert.bind(2, value);
    insert.exec();
}

Json names_of(const std::vector<Metric>& metrics) {
    Json names = Json::array();
    for (const Metric& metric : metrics) names.push_back(metric.name);
    return names;
}

}  // namespace

std::string value_marks(std::size_t columns) {
    std::string text = "(?";
    for (std::size_t i = 1; i < columns; ++i) text += ", ?";
    return text + ")";
}

std::string study_value(SQLite::Database& database, const std::string& key) {
    SQLite::Statement query(database, "SELECT value FROM study WHERE key = ?");
    query.bind(1, key);
    return query.executeStep() ? query.getColumn(0).getString() : std::string{};
}

void create_result_tables(SQLite::Database& database, const StudyLayout& layout, const Shard& shard) {
    SQLite::Transaction transaction(database);
    make_tables(database, layout);
    write_value(database, "format", kFormat);
    write_value(database, "name", layout.name);
    write_value(database, "identity", layout.identity);
    write_value(database, "axes", Json(layout.axes).dump());
    write_value(database, "metrics", names_of(layout.metrics).dump());
    write_value(database, "shard", fmt::format("{}/{}", shard.index, shard.count));
    write_points(database, layout);
    transaction.commit();
}

bool has_result_tables(SQLite::Database& database) {
    return database.tableExists("study") && study_value(database, "format") == kFormat;
}

StudyLayout read_study_layout(SQLite::Database& database, const std::string& where) {
    StudyLayout layout;
    layout.name = study_value(database, "name");
    layout.identity = study_value(database, "identity");
    layout.axes = Json::parse(study_value(database, "axes")).get<std::vector<std::string>>();
    const auto names = Json::parse(study_value(database, "metrics")).get<std::vector<std::string>>();
    layout.metrics = parse_metrics(names, where);
    SQLite::Statement query(database, "SELECT * FROM points ORDER BY point");
    while (query.executeStep()) {
        std::vector<std::string>& labels = layout.labels.emplace_back();
        for (std::size_t axis = 0; axis < layout.axes.size(); ++axis)
            labels.push_back(query.getColumn(static_cast<int>(axis) + 1).getString());
    }
    return layout;
}

}  // namespace spillway
