#include "models/llm/step_time.hpp"

#include "models/llm/run_time.hpp"
#include "tests/models/llm/engine_world.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("an envelope is the largest line everywhere, and its pieces meet", "[llm][step_time]") {
    const std::vector<KvLine> lines{{Ticks{100}, 0}, {Ticks{40}, 3}, {Ticks{0}, 7}, {Ticks{90}, 1}};
    const std::vector<KvPiece> pieces = upper_envelope(lines);
    std::size_t piece = 0;
    for (std::uint64_t kv = 0; kv < 100; ++kv) {
        while (pieces[piece].end <= kv) ++piece;
        Ticks largest{0};
        for (const KvLine& line : lines) largest = std::max(largest, line.at(kv));
        CHECK((pieces[piece].line.at(kv) == largest));
    }
    // 40 + 3 kv is never the largest: 7 kv overtakes the others first.
    CHECK(pieces.size() == 3);
}

TEST_CASE("no iteration gets shorter when something is added to it", "[llm][step_time]") {
    const StepTime step(some_tables(40, 600, 1000));
    for (const std::uint32_t decodes : {0U, 1U, 7U, 39U}) {
        for (const std::uint64_t kv : {0U, 50U, 5'000U, 500'000U}) {
            for (const std::uint32_t prefill : {0U, 1U, 127U, 500U}) {
                if (decodes + prefill == 0)
                    continue;
                const Ticks attention = prefill == 0 ? Ticks{0} : step.prefill_attention(100, prefill);
                const StepShape shape{decodes, decodes == 0 ? 0 : kv, prefill, attention, decodes};
                const Ticks time = step.of(shape);
                StepShape more = shape;
                ++more.decodes;
                ++more.emitting;
                ++more.kv_tokens;
                CHECK((step.of(more) >= time));
                more = shape;
                more.kv_tokens += 1000;
                CHECK((decodes == 0 || step.of(more) >= time));
                more = shape;
                more.prefill_tokens += 1;
                CHECK((step.of(more) >= time));
                CHECK((time >= step.shortest()));
            }
        }
    }
}

TEST_CASE("tables that fall are lifted to their running maximum", "[llm][step_time]") {
    StepTables tables = some_tables(4, 64, 256);
    tables.tokens[3] = Ticks{0};
    const StepTime step(std::move(tables));
    CHECK((step.of({3, 30, 0, 0, 3}) >= step.of({2, 30, 0, 0, 2})));
}

TEST_CASE("a run of iterations takes as long as its steps added up", "[llm][run_time]") {
    const StepTime step(some_tables(40, 600, 1000));
    for (const std::uint32_t sequences : {1U, 3U, 40U}) {
        std::uint64_t kv = std::uint64_t{17} * sequences;
        const IterationRun run(step, sequences, kv);
        Ticks sum{0};
        for (std::uint64_t k = 1; k <= run.on_line(500); ++k) {
            sum += step.of({sequences, kv, 0, 0, sequences});
            kv += sequences;
            REQUIRE((run.time(k) == sum));
            // The boundary itself is the first that sees its own moment, and not the next one.
            REQUIRE(run.iterations_until(sum) == k);
            REQUIRE(run.iterations_until(sum + 1) == k + 1);
        }
    }
}

TEST_CASE("prompt attention adds up over chunks", "[llm][step_time]") {
    const StepTime step(some_tables(4, 64, 1024));
    CHECK((step.prefill_attention(0, 1000) == step.prefill_attention(0, 100) +
                                                  step.prefill_attention(100, 33) +
                                                  step.prefill_attention(133, 867)));
}

TEST_CASE("ticks keep a fraction of a nanosecond and stamps round down", "[llm][ticks]") {
    CHECK((ticks_from_seconds(1.5e-9) == Ticks{3} << (kTickBits - 1)));
    CHECK(floor_duration(ticks_from_seconds(1.9e-9)) == Duration{1});
    CHECK((to_ticks(SimTime{Duration{-5}}) == -(Ticks{5} << kTickBits)));
    CHECK(floor_time(to_ticks(SimTime{Duration{-5}}) + 1) == SimTime{Duration{-5}});
    CHECK_THROWS(ticks_from_seconds(-1e-9));
}
