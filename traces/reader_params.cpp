#include "traces/reader_params.hpp"

#include <utility>

#include "sim/core/error.hpp"

namespace spillway {

TraceFile read_trace_file(ParamReader& params, const SourceContext& context) {
    std::string name = params.text("file");
    if (name.empty())
        throw InputError(params.where("file"), "is empty", "name a trace file");
    std::filesystem::path path = context.folder / name;  // an absolute name stays as it is
    return {std::move(name), std::move(path)};
}

ReaderOptions read_reader_options(ParamReader& params) {
    return {static_cast<Align>(params.choice("align")), params.flag("skip_bad_rows")};
}

}  // namespace spillway
