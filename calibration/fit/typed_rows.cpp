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

AttentionShape shape_of(const Sample& sample) {
    return {sample.number("heads"), sample.number("kv_heads"), sample.number("head_dim")};
}

}  // namespace

TypedRows typed_rows(const SampleFile& file) {
    TypedRows rows;
    for (const Sample& sample : file.samples) {
        if (sample.probe == "gemm") {
            rows.gemm.push_back({measured(sample, "dtype"), sample.number("m"), sample.number("n"),
                                 sample.number("k"), sample.number("copies")});
        } else if (sample.probe == "attn.prefill") {
            rows.prefill.push_back({measured(sample, "kv_dtype"),
                                    shape_of(sample),
                                    sample.number("batch"),
                                    {sample.number("prefix"), sample.number("new")}});
        } else if (sample.probe == "attn.decode") {
            rows.decode.push_back({measured(sample, "kv_dtype"), shape_of(sample), sample.number("batch"),
                                   sample.number("context")});
        } else if (sample.probe == "all_reduce") {
            rows.all_reduce.push_back({{Precision::kBf16, sample.median_seconds},
                                       static_cast<int>(sample.number("gpus")),
                                       sample.number("bytes")});
        } else if (sample.probe == "ew") {
            rows.elementwise.push_back(
                {{Precision::kBf16, sample.median_seconds}, sample.word("op"), sample.number("bytes")});
        } else {
            throw unknown_name("a sample", "probe", sample.probe,
                               {"gemm", "attn.prefill", "attn.decode", "all_reduce", "ew"});
        }
    }
    return rows;
}

}  // namespace spillway
