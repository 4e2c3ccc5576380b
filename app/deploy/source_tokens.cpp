#include "app/deploy/source_tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

bool begins_name(char letter) {
    return std::isalpha(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}
bool is_digit_of(char letter) { return std::isdigit(static_cast<unsigned char>(letter)) != 0; }

constexpr std::array<std::string_view, 9> kLongMarks{"**", "//", "==", "!=", "<=", ">=", "->", "&&", "||"};

class TokenScan {
public:
    TokenScan(std::string_view text, SourceLanguage language, const std::string& shown)
        : text_(text), language_(language), shown_(shown) {}

    std::vector<SourceToken> scan() {
        while (at_ < text_.size()) step();
        if (!open_.empty())
            throw InputError(fmt::format("{}:{}", shown_, open_.back().line),
                             fmt::format("\"{}\" is not closed", open_.back().mark));
        add(TokenKind::kNewline, at_);
        add(TokenKind::kEnd, at_);
        return std::move(tokens_);
    }

private:
    struct OpenBracket {
        char mark;
        std::size_t line;
    };

    char peek(std::size_t by = 0) const { return at_ + by < text_.size() ? text_[at_ + by] : '\0'; }
    bool at_text(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    bool python() const { return language_ == SourceLanguage::kPython; }

    SourceToken& add(TokenKind kind, std::size_t begin) {
        SourceToken& token = tokens_.emplace_back();
        token.kind = kind;
        token.source = text_.substr(begin, at_ - begin);
        token.line = begin_line_ == 0 ? line_ : begin_line_;
        token.column = begin - std::min(begin, line_begin_);
        begin_line_ = 0;
        return token;
    }
    void new_line() {
        ++line_;
        line_begin_ = at_;
    }
    void skip_to_line_end() {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    }

    void step() {
        const char letter = peek();
        if (letter == '\n')
            return end_line();
        if (std::isspace(static_cast<unsigned char>(letter)) != 0) {
            ++at_;
        } else if (letter == '#' || (!python() && at_text("//"))) {
            skip_to_line_end();
        } else if (!python() && at_text("/*")) {
            skip_block_comment();
        } else if (python() && letter == '\\' && peek(1) == '\n') {
            at_ += 2;
            new_line();
        } else if (!python() && at_text("<<")) {
            heredoc();
        } else if (const std::size_t prefix = text_prefix(); peek(prefix) == '"' || peek(prefix) == '\'') {
            quoted(prefix);
        } else if (begins_name(letter)) {
            name();
        } else if (is_digit_of(letter)) {
            number();
        } else {
            mark();
        }
    }
    void end_line() {
        const std::size_t begin = at_++;
        if (!python() || open_.empty()) {
            add(TokenKind::kNewline, begin);
        }
        new_line();
    }
    void skip_block_comment() {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == text_.npos)
            throw InputError(fmt::format("{}:{}", shown_, line_), "\"/*\" is not closed");
        while (at_ < end + 2) {
            if (text_[at_++] == '\n')
                new_line();
        }
    }
    /// How many letters stand before the quote of a Python text: f"", rb"".
    std::size_t text_prefix() const {
        std::size_t letters = 0;
        constexpr std::string_view kPrefixes = "rRbBfFuU";
        while (python() && letters < 2 && kPrefixes.find(peek(letters)) != std::string_view::npos &&
               peek(letters) != '\0')
            ++letters;
        const char after = peek(letters);
        return after == '"' || after == '\'' ? letters : 0;
    }

    void quoted(std::size_t prefix) {
        const std::size_t begin = at_;
        begin_line_ = line_;
        const std::string_view letters = text_.substr(at_, prefix);
        const bool raw = letters.find_first_of("rR") != letters.npos;
        const bool formatted = letters.find_first_of("fF") != letters.npos;
        at_ += prefix;
        const std::string triple(3, peek());
        const std::string close = python() && at_text(triple) ? triple : std::string(1, peek());
        at_ += close.size();
        std::string value;
        while (!at_text(close)) {
            if (at_ >= text_.size() || (peek() == '\n' && close.size() == 1))
                throw InputError(fmt::format("{}:{}", shown_, begin_line_), "a text in quotes is not closed");
            if (peek() == '\\' && !raw && at_ + 1 < text_.size())
                escape(value);
            else
                plain(value);
        }
        at_ += close.size();
        SourceToken& token = add(TokenKind::kText, begin);
        token.interpolated = formatted ? value.find('{') != std::string::npos
                                       : !python() && (value.find("${") != std::string::npos ||
                                                       value.find("%{") != std::string::npos);
        token.value = std::move(value);
    }
    void plain(std::string& value) {
        value += text_[at_++];
        if (value.back() == '\n')
            new_line();
    }
    void escape(std::string& value) {
        ++at_;
        switch (peek()) {
            case 'n':
                value += '\n';
                break;
            case 't':
                value += '\t';
                break;
            case '\\':
            case '"':
            case '\'':
                value += peek();
                break;
            default:  // rare ones are kept as they stand
                value += '\\';
                return plain(value);
        }
        ++at_;
    }
    /// <<EOT ... EOT: nothing in it is a knob's value.
    void heredoc() {
        const std::size_t begin = at_;
        const std::size_t opened = line_;
        at_ += at_text("<<-") ? 3 : 2;
        const std::size_t name_begin = at_;
        while (begins_name(peek()) || is_digit_of(peek())) ++at_;
        const std::string_view word = text_.substr(name_begin, at_ - name_begin);
        skip_to_line_end();
        while (!word.empty() && at_ < text_.size()) {
            ++at_;
            new_line();
            const std::size_t line_start = at_;
            skip_to_line_end();
            std::string_view line = text_.substr(line_start, at_ - line_start);
            while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0)
                line.remove_prefix(1);
            while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0)
                line.remove_suffix(1);
            if (line == word) {
                begin_line_ = opened;
                SourceToken& token = add(TokenKind::kText, begin);
                token.interpolated = true;
                return;
            }
        }
        throw InputError(fmt::format("{}:{}", shown_, opened), "a text after << is not closed");
    }
    void name() {
        const std::size_t begin = at_;
        while (begins_name(peek()) || is_digit_of(peek()) || (!python() && peek() == '-')) ++at_;
        add(TokenKind::kName, begin);
    }
    void number() {
        const std::size_t begin = at_;
        while (begins_name(peek()) || is_digit_of(peek()) || peek() == '.' ||
               ((peek() == '-' || peek() == '+') && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E')))
            ++at_;
        add(TokenKind::kNumber, begin);
    }
    void mark() {
        const std::size_t begin = at_;
        const auto* const found = std::find_if(kLongMarks.begin(), kLongMarks.end(),
                                               [&](std::string_view one) { return at_text(one); });
        at_ += found != kLongMarks.end() ? found->size() : 1;
        const char letter = text_[begin];
        constexpr std::string_view kOpening = "([{";
        constexpr std::string_view kClosing = ")]}";
        if (kOpening.find(letter) != kOpening.npos) {
            open_.push_back({letter, line_});
        } else if (const std::size_t which = kClosing.find(letter); which != kClosing.npos) {
            if (open_.empty() || open_.back().mark != kOpening[which])
                throw InputError(fmt::format("{}:{}", shown_, line_),
                                 fmt::format("\"{}\" closes nothing", letter));
            open_.pop_back();
        }
        add(TokenKind::kMark, begin);
    }

    std::string_view text_;
    SourceLanguage language_;
    const std::string& shown_;
    std::vector<SourceToken> tokens_;
    std::vector<OpenBracket> open_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t line_begin_ = 0;
    std::size_t begin_line_ = 0;  // of a token over several lines; 0: it is on this one
};

}  // namespace

std::vector<SourceToken> source_tokens(std::string_view text, SourceLanguage language,
                                       const std::string& shown) {
    return TokenScan(text, language, shown).scan();
}

std::string source_between(std::string_view text, const SourceToken& from, const SourceToken& last) {
    const auto begin = static_cast<std::size_t>(from.source.data() - text.data());
    const auto end = static_cast<std::size_t>(last.source.data() - text.data()) + last.source.size();
    return std::string(text.substr(begin, end > begin ? end - begin : 0));
}

void skip_balanced(TokenCursor& cursor, std::initializer_list<std::string_view> ends, bool newline_ends) {
    int depth = 0;
    while (!cursor.at_end()) {
        const bool opens = cursor.at_mark("(") || cursor.at_mark("[") || cursor.at_mark("{");
        const bool closes = cursor.at_mark(")") || cursor.at_mark("]") || cursor.at_mark("}");
        if (depth == 0) {
            if (newline_ends && cursor.here().kind == TokenKind::kNewline)
                return;
            if (std::any_of(ends.begin(), ends.end(), [&](auto end) { return cursor.at_mark(end); }))
                return;
            if (closes)
                return;
        }
        depth += opens ? 1 : 0;
        depth -= closes ? 1 : 0;
        cursor.next();
    }
}

}  // namespace spillway
