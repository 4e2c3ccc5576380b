// What users get to read when a trace cannot be used: place, problem and what to do.
#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kDay = R"({"source": "csv", "file": "day.csv"})";

/// The error of reading `text` as a CSV of our own form.
InputError error_in(std::string_view text) {
    TraceFolder folder;
    folder.write("day.csv", text);
    return folder.error_of(kDay);
}

TEST_CASE("a bad number names its line, column and text, and what can be done", "[traces][errors]") {
    const InputError error = error_in("t_s,input_tokens,output_tokens\n0,1,2\n1,abc,2\n");
    CHECK(error.where() == "day.csv:3");
    CHECK(error.problem() == "column \"input_tokens\" is not a number: \"abc\"");
    CHECK(error.hint() == "1 of 2 rows so far; skip_bad_rows counts and reports them");
}

TEST_CASE("NaN, negative, empty and broken numbers are refused in every column", "[traces][errors]") {
    const std::string head = "t_s,input_tokens,output_tokens\n";
    CHECK(error_in(head + "nan,1,2\n").problem() == "column \"t_s\" is not a number: \"nan\"");
    CHECK(error_in(head + "-1,1,2\n").problem() == "column \"t_s\" is negative: \"-1\"");
    CHECK(error_in(head + "0,NaN,2\n").problem() == "column \"input_tokens\" is not a number: \"NaN\"");
    CHECK(error_in(head + "0,1,-2\n").problem() == "column \"output_tokens\" is negative: \"-2\"");
    CHECK(error_in(head + "0,1.5,2\n").problem() == "column \"input_tokens\" is not a whole number: \"1.5\"");
    CHECK(error_in(head + "0,,2\n").problem() == "column \"input_tokens\" is empty");
    CHECK(error_in(head + "0,1\n").problem() == "has 2 columns where the header has 3");
    CHECK_THAT(error_in(head + "0,\"1,2\n").problem(),
               contains_text("has a quote that does not end on its line"));
}

TEST_CASE("a column that stands there twice is refused", "[traces][errors]") {
    const InputError error = error_in("t_s,input_tokens,output_tokens,input_tokens\n0,1,2,3\n");
    CHECK(error.where() == "day.csv:1");
    CHECK(error.problem() == "has the column \"input_tokens\" more than once");
}

TEST_CASE("a file that is missing, a directory or cut short is named", "[traces][errors]") {
    TraceFolder folder;
    CHECK(folder.error_of(kDay).where() == "day.csv");
    CHECK_THAT(folder.error_of(kDay).problem(), contains_text("cannot be opened"));
    CHECK_THAT(folder.error_of(R"({"source": "csv", "file": "."})").problem(),
               contains_text("is a directory"));

    std::string text = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 10'000; ++i) text += std::to_string(i) + ",1,2\n";
    for (const std::string& packed : {gzip_of(text), zstd_of(text)}) {
        folder.write("day.csv", std::string_view(packed).substr(0, packed.size() / 2));
        const InputError error = folder.error_of(kDay);
        CHECK(error.where() == "day.csv");
        CHECK_THAT(error.problem(), contains_text("ends in the middle"));
    }
}

TEST_CASE("a trace without requests is an error that says why there are none", "[traces][errors]") {
    CHECK(error_in("").problem() == "is empty");
    CHECK(error_in("t_s,input_tokens,output_tokens\n").problem() == "has no rows");

    TraceFolder folder;
    folder.write("day.csv", "t_s,input_tokens,output_tokens\n0,x,1\n1,x,1\n");
    const InputError error =
        folder.error_of(R"({"source": "csv", "file": "day.csv", "skip_bad_rows": true})");
    CHECK(error.problem() == "has no usable row among 2 rows: 2 bad, 0 filtered out");
}

TEST_CASE("a wrong column gets the nearest name and the list", "[traces][errors]") {
    const InputError error = error_in("t_s,imput_tokens,output_tokens\n0,1,2\n");
    CHECK(error.where() == "day.csv:1");
    CHECK(error.problem() == "unknown column \"input_tokens\"");
    CHECK_THAT(error.hint(),
               contains_text("did you mean \"imput_tokens\"? valid: t_s, imput_tokens, output_tokens"));
    CHECK_THAT(error.hint(), contains_text("\"input_column\": \"none\" when the file has none"));

    TraceFolder folder;
    folder.write("a.csv", "TIMESTAMP,ContextTokens,GenerateTokens\n2023-11-16 18:15:46,1,2\n");
    CHECK_THAT(folder.error_of(R"({"source": "azure-llm", "file": "a.csv"})").hint(),
               contains_text("did you mean \"GenerateTokens\"?"));
}

TEST_CASE("time that goes backwards names the line", "[traces][errors]") {
    const InputError error = error_in("t_s,input_tokens,output_tokens\n0,1,2\n5,1,2\n3.5,1,2\n");
    CHECK(error.where() == "day.csv:4");
    CHECK(error.problem() == "time goes backwards by 1.5s");
    CHECK(error.hint() == "sort the file by its time column");
}

TEST_CASE("text where a date belongs is shown with the form that is wanted", "[traces][errors]") {
    TraceFolder folder;
    folder.write("a.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2\n");
    const InputError error = folder.error_of(R"({"source": "azure-llm", "file": "a.csv"})");
    CHECK(error.where() == "a.csv:2");
    CHECK(error.problem() ==
          "column \"TIMESTAMP\" is not a date and time like 2024-05-10 00:00:00.0099+00:00: \"yesterday\"");
}

TEST_CASE("an unknown source and an unknown parameter get the nearest name", "[traces][errors]") {
    TraceFolder folder;
    folder.write("day.csv", "t_s,input_tokens,output_tokens\n0,1,2\n");
    CHECK_THAT(folder.error_of(R"({"source": "azure-lm", "file": "day.csv"})").hint(),
               contains_text("did you mean \"azure-llm\"?"));
    CHECK_THAT(folder.error_of(R"({"source": "csv", "file": "day.csv", "time_colum": "t"})").hint(),
               contains_text("time_column"));
}

}  // namespace
}  // namespace spillway::tests
