#pragma once

#include <cstdint>
#include <string>

#include "calibration/common/file_reader.hpp"

namespace spillway {

/// What the page cache holds of a file when a sample of reading it begins: nothing, or all.
enum class PageCache : std::uint8_t { kCold, kWarm };

/// Of the words "cold" and "warm" of a point. Requires: one of the two (CHECK).
PageCache parse_page_cache(const std::string& word);

/// Why the file cannot be read so here; empty when it can. A file that is to be warm is so afterwards.
std::string page_cache_refusal(const WeightsFile& file, ReadMode mode, PageCache cache);

/// Evicts a file that is to be cold. Throws MeasureError when the page cache keeps it.
void prepare_page_cache(const WeightsFile& file, PageCache cache);

}  // namespace spillway
