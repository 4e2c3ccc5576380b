#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// The words of an invoice's text, in lower case.
class WordList {
public:
    explicit WordList(std::string_view text);

    /// Whether the words of `phrase` stand there, one behind the other.
    bool has(std::string_view phrase) const;
    /// Whether a GPU of the catalogue is named, in the spellings of price lists: "A100-80GB" by "A100 80GB",
    /// "RTX4090" by "RTX 4090", "H100-SXM" by "H100". False for an empty name.
    bool has_gpu(std::string_view gpu) const;
    /// Whether a type of instance is named as AWS does: "g6.xlarge", "p5.48xlarge", "m7i.metal".
    bool has_instance_type() const;

private:
    std::vector<std::string> words_;
};

}  // namespace spillway
