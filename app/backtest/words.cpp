#include "app/backtest/words.hpp"

#include <algorithm>

namespace spillway {
namespace {

/// Letters and digits make words; whatever else stands between them does not matter.
std::vector<std::string> lower_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool part = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                          static_cast<unsigned char>(lower) >= 0x80;
        if (part) {
            word += lower;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

/// "a100" of "A100-80GB", "rtxpro6000" of "RTX-PRO-6000": up to the first word with a digit.
std::string gpu_model_of(const std::vector<std::string>& words) {
    std::string model;
    for (const std::string& word : words) {
        model += word;
        if (word.find_first_of("0123456789") != std::string::npos)
            break;
    }
    return model;
}

bool is_memory_size(const std::string& word) { return word.size() > 2 && word.ends_with("gb"); }

/// "g6", "m7i", "p5en": letters, a digit, and letters again.
bool is_instance_family(const std::string& word) {
    const std::size_t digit = word.find_first_of("0123456789");
    return digit != std::string::npos && digit > 0 && digit <= 3 && word.size() <= digit + 4;
}

bool is_instance_size(const std::string& word) {
    if (word == "metal")
        return true;
    const std::size_t large = word.find_first_not_of("0123456789");
    const std::string size = large == std::string::npos ? "" : word.substr(large);
    return size == "xlarge" || (large == 0 && (size == "large" || size == "medium" || size == "small" ||
                                               size == "micro" || size == "nano"));
}

}  // namespace

WordList::WordList(std::string_view text) : words_(lower_words(text)) {}

bool WordList::has(std::string_view phrase) const {
    const std::vector<std::string> wanted = lower_words(phrase);
    return !wanted.empty() &&
           std::search(words_.begin(), words_.end(), wanted.begin(), wanted.end()) != words_.end();
}

bool WordList::has_gpu(std::string_view gpu) const {
    const std::vector<std::string> wanted = lower_words(gpu);
    if (wanted.empty())
        return false;
    const std::string model = gpu_model_of(wanted);
    constexpr std::size_t kLongest = 4;
    for (std::size_t begin = 0; begin < words_.size(); ++begin) {
        std::string joined;
        for (std::size_t end = begin; end < std::min(begin + kLongest, words_.size()); ++end) {
            joined += words_[end];
            if (joined != model)
                continue;
            const bool other_size = end + 1 < words_.size() && is_memory_size(words_[end + 1]) &&
                                    is_memory_size(wanted.back()) && words_[end + 1] != wanted.back();
            if (!other_size)
                return true;
        }
    }
    return false;
}

bool WordList::has_instance_type() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
        if (is_instance_family(words_[i]) && is_instance_size(words_[i + 1]))
            return true;
    }
    return false;
}

}  // namespace spillway
