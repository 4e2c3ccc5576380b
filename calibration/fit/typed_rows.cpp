#include "calibration/fit/typed_rows.hpp"

#include "sim/core/error.hpp"

namespace spillway {
namespace {

MeasuredRow measured(const Sample& sample, std::string_view precision_parameter) {
    const std::string& word = sample.word(precision_parameter);
    const auto precision = parse_precision(word);
    if (!precision)
        throw unknown_name("a sample of probe " + sample.probe, "precision", word,
                           {"bf16", "fp8", "nvfp4", "int4"});
    return {*precision, sample.median_seconds};
}

double size_of(const Sample& sample, std::string_view name) {
    const double size = sample.number(name);
    if (!(size >= 1 && size < 1e15))
        throw InputError("a sample of probe " + sample.probe,
                         "has a \"" + std::string(name) + "\" that is no size", "1 or more");
    return size;
}

AttentionShape shape_of(const Sample& sample) {
    return {size_of(sample, "heads"), size_of(sample, "kv_heads"), size_of(sample, "head_dim")};
}

}  // namespace

TypedRows typed_rows(const SampleFile& file) {
    TypedRows rows;
    for (const Sample& sample : file.samples) {
        if (sample.probe == "gemm") {
            rows.gemm.push_back({measured(sample, "dtype"), size_of(sample, "m"), size_of(sample, "n"),
                                 size_of(sample, "k"), size_of(sample, "copies")});
        } else if (sample.probe == "attn.prefill") {
            rows.prefill.push_back({measured(sample, "kv_dtype"),
                                    shape_of(sample),
                                    size_of(sample, "batch"),
                                    {sample.number("prefix"), size_of(sample, "new")}});
        } else if (sample.probe == "attn.decode") {
            rows.decode.push_back({measured(sample, "kv_dtype"), shape_of(sample), size_of(sample, "batch"),
                                   size_of(sample, "context")});
        } else if (sample.probe == "all_reduce") {
            rows.all_reduce.push_back({{Precision::kBf16, sample.median_seconds},
                                       static_cast<int>(size_of(sample, "gpus")),
                                       size_of(sample, "bytes")});
        } else if (sample.probe == "ew") {
            rows.elementwise.push_back(
                {{Precision::kBf16, sample.median_seconds}, sample.word("op"), size_of(sample, "bytes")});
        } else {
            throw unknown_name("a sample", "probe", sample.probe,
                               {"gemm", "attn.prefill", "attn.decode", "all_reduce", "ew"});
        }
    }
    return rows;
}

}  // namespace spillway
