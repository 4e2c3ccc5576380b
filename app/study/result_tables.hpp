#pragma once

#include <string>

#include "app/study/result_store.hpp"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace spillway {

/// Makes the tables of a study's results, with its points in them.
void create_result_tables(SQLite::Database& database, const StudyLayout& layout, const Shard& shard);

/// Whether the database holds results of a study in the present form.
bool has_result_tables(SQLite::Database& database);

/// What `study` says under the key; empty when it says nothing.
std::string study_value(SQLite::Database& database, const std::string& key);

/// The layout that create_result_tables() was given. `where` names the file in errors.
StudyLayout read_study_layout(SQLite::Database& database, const std::string& where);

/// "(?, ?, ?)" for so many columns.
std::string value_marks(std::size_t columns);

}  // namespace spillway
