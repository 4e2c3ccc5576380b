#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

enum class SourceLanguage : std::uint8_t { kPython, kHcl };

enum class TokenKind : std::uint8_t { kName, kNumber, kText, kMark, kNewline, kEnd };

/// A word of a program's text. Views live as long as the text.
struct SourceToken {
    TokenKind kind = TokenKind::kEnd;
    std::string_view source;    ///< as it stands there
    std::string value;          ///< of kText: what it says, escapes resolved
    bool interpolated = false;  ///< a text with parts that are computed: f"{x}", "${var.x}"
    std::size_t line = 1;
    std::size_t column = 0;  ///< from 0
};

/// The words of the text up to kEnd; comments are left out, and in Python the ends of lines within brackets
/// too. Throws InputError with file and line for a text or bracket that is not closed.
std::vector<SourceToken> source_tokens(std::string_view text, SourceLanguage language,
                                       const std::string& shown);

/// What stands in the file from the token `from` up to the token `to`.
std::string source_between(std::string_view text, const SourceToken& from, const SourceToken& last);

/// Goes through tokens; never beyond their end.
class TokenCursor {
public:
    explicit TokenCursor(const std::vector<SourceToken>& tokens) : tokens_(tokens) {}

    const SourceToken& here() const noexcept { return tokens_[at_]; }
    const SourceToken& before() const noexcept { return tokens_[at_ > 0 ? at_ - 1 : 0]; }
    const SourceToken& ahead(std::size_t by) const noexcept {
        return tokens_[at_ + by < tokens_.size() ? at_ + by : tokens_.size() - 1];
    }
    bool at_end() const noexcept { return here().kind == TokenKind::kEnd; }
    bool at_mark(std::string_view mark) const noexcept {
        return here().kind == TokenKind::kMark && here().source == mark;
    }
    void next() noexcept {
        if (!at_end())
            ++at_;
    }
    bool take_mark(std::string_view mark) noexcept {
        if (!at_mark(mark))
            return false;
        next();
        return true;
    }
    std::size_t place() const noexcept { return at_; }
    void go_back(std::size_t place) noexcept { at_ = place; }

private:
    const std::vector<SourceToken>& tokens_;
    std::size_t at_ = 0;
};

/// Passes whatever stands up to one of `ends` outside brackets, or up to the end of all.
void skip_balanced(TokenCursor& cursor, std::initializer_list<std::string_view> ends, bool newline_ends);

}  // namespace spillway
