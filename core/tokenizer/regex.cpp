#include "core/tokenizer/regex.h"

#include "core/data/error.h"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/tokenizer/unicode.h"

#include <pcre2.h>

namespace quantscope {

namespace {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* pointer) const {
        release(pointer);
    }
};

using Code = std::unique_ptr<pcre2_code, Release<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Release<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Release<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Release<pcre2_match_data_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Release<pcre2_jit_stack_free>>;

std::string errorText(int code) {
    PCRE2_UCHAR buffer[256] = {};
    pcre2_get_error_message(code, buffer, sizeof(buffer));
    return reinterpret_cast<const char*>(buffer);
}

/// What one thread needs for a search; kept, since decoders search many short texts.
struct Workspace {
    Workspace()
        : stack(pcre2_jit_stack_create(32 * 1024, 16 * 1024 * 1024, nullptr))
        , context(pcre2_match_context_create(nullptr))
        , data(pcre2_match_data_create(1, nullptr)) {
        if (!stack || !context || !data) {
            throw std::bad_alloc();
        }
        pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
        pcre2_set_match_limit(context.get(), 50'000'000);
        pcre2_set_heap_limit(context.get(), 256 * 1024); // KiB
    }

    JitStack stack;
    MatchContext context;
    MatchData data;
};

Workspace& workspace() {
    thread_local Workspace instance;
    return instance;
}

} // namespace

struct Regex::Compiled {
    Code code;
};

Regex::Regex(const std::string& pattern, const std::string& place)
    : m_pattern(pattern)
    , m_place(place) {
    constexpr std::size_t longestPattern = 100'000;
    if (pattern.size() > longestPattern) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: a regular expression of {} bytes is longer than any real one.",
                                place, pattern.size()));
    }
    requireUtf8(pattern, place);
    const std::string translated = translateOniguruma(pattern, place);
    CompileContext context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context.get(), 100);
    int code = 0;
    PCRE2_SIZE offset = 0;
    Code compiled(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C |
                                    PCRE2_NO_UTF_CHECK,
                                &code, &offset, context.get()));
    if (!compiled) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the regular expression {} is not understood: {} (near byte {} "
                                "of {}).",
                                place, pattern, errorText(code), offset, translated));
    }
    pcre2_jit_compile(compiled.get(), PCRE2_JIT_COMPLETE); // without it, matching is only slower
    m_compiled = std::make_shared<const Compiled>(Compiled{std::move(compiled)});
}

std::vector<ByteRange> Regex::findAll(std::string_view text) const {
    Workspace& space = workspace();
    std::vector<ByteRange> matches;
    bool hasMatch = false;
    std::size_t lastMatchEnd = 0;
    std::size_t position = 0;
    while (position <= text.size()) {
        const int result = pcre2_match(
            m_compiled->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
            position, PCRE2_NO_UTF_CHECK, space.data.get(), space.context.get());
        if (result == PCRE2_ERROR_NOMATCH) {
            break;
        }
        if (result < 0) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the regular expression {} gave up at byte {} of a text of "
                                    "{} bytes: {}. Split the text into shorter documents.",
                                    m_place, m_pattern, position, text.size(), errorText(result)));
        }
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(space.data.get());
        const ByteRange match{ends[0], ends[1]};
        if (match.end < match.begin || match.end < position) { // \K in a lookahead
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the regular expression {} matches backwards.", m_place,
                                    m_pattern));
        }
        if (match.begin == match.end && hasMatch && match.end == lastMatchEnd) {
            position += position < text.size() ? characterLength(text, position) : 1;
            continue;
        }
        matches.push_back(match);
        hasMatch = true;
        lastMatchEnd = match.end;
        position = match.end;
    }
    return matches;
}

std::string escapeRegex(std::string_view literal) {
    std::string result;
    for (const char c : literal) {
        if (c == '\0') {
            result += "\\x00";
            continue;
        }
        if (std::string_view("\\.+*?()|[]{}^$#&-~").find(c) != std::string_view::npos) {
            result += '\\';
        }
        result += c;
    }
    return result;
}

} // namespace quantscope
