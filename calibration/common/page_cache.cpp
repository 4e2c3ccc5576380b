#include "calibration/common/page_cache.hpp"

#include "calibration/common/probe.hpp"
#include "sim/core/check.hpp"

namespace spillway {

PageCache parse_page_cache(const std::string& word) {
    SPILLWAY_CHECK(word == "cold" || word == "warm", "a page cache is cold or warm: " + word);
    return word == "cold" ? PageCache::kCold : PageCache::kWarm;
}

std::string page_cache_refusal(const WeightsFile& file, ReadMode mode, PageCache cache) {
    if (std::string refused = read_refusal(file, mode); !refused.empty())
        return refused;
    if (cache == PageCache::kCold)
        return file.evict();
    file.warm();
    return file.cached_share() < 1 ? "the page cache has no room for the file" : "";
}

void prepare_page_cache(const WeightsFile& file, PageCache cache) {
    if (cache == PageCache::kWarm)
        return;
    if (const std::string kept = file.evict(); !kept.empty())
        throw MeasureError(kept);
}

}  // namespace spillway
