#include "core/ranks/ranks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace quantscope {

namespace {

class AloneRanks final : public Ranks {
public:
    AloneRanks() : Ranks(RankPlace{}) {}

protected:
    int largest(int status) override { return status; }
    void broadcastBytes(std::string&, int) override {}
    void sendToFirst(const std::string&) override {}
    std::string receiveFrom(int) override { return {}; }
    void tellOthers() override {}
    bool isTold() override { return false; }
};

/// Several texts in one, each after its length.
std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        const auto size = static_cast<std::uint64_t>(text.size());
        all.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
    }
    return all;
}

std::vector<std::string> separated(const std::string& all) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < all.size();) {
        std::uint64_t size = 0;
        std::memcpy(&size, all.data() + at, sizeof size);
        texts.push_back(all.substr(at + sizeof size, size));
        at += sizeof size + size;
    }
    return texts;
}

/// A failure as ranks tell it to one another: its kind as one character, its name as a sentence.
std::string encoded(const Error& error) {
    return std::string(1, static_cast<char>('0' + error.exitCode())) + error.what();
}

Error decoded(const std::string& message) {
    return {static_cast<ErrorKind>(message.front() - '0'), message.substr(1)};
}

} // namespace

Ranks::Ranks(RankPlace place) : m_place(std::move(place)) {}

Ranks::~Ranks() = default;

void Ranks::agree(const Error* own) {
    if (isAlone() || largest(own ? 1 : 0) == 0)
        return;
    // Machines by name as well, for a failure is often one of the machine.
    const std::vector<std::string> messages =
        exchangeBytes(own ? encoded(*own) + '\0' + m_place.machine : std::string());
    m_hasFailed = true;
    throw chosenError(messages);
}

Error Ranks::chosenError(const std::vector<std::string>& messages) const {
    const std::string* chosen = nullptr;
    int rank = 0;
    bool isEveryones = true;
    const auto isStop = [](const std::string& message) {
        return decoded(message).kind() == ErrorKind::Interrupted;
    };
    const auto sentenceOf = [](const std::string& message) {
        return message.substr(0, message.find('\0'));
    };
    for (std::size_t i = 0; i < messages.size(); ++i) {
        isEveryones = isEveryones && !messages[i].empty() &&
                      sentenceOf(messages[i]) == sentenceOf(messages.front());
        if (messages[i].empty() || (chosen && !(isStop(*chosen) && !isStop(messages[i]))))
            continue;
        chosen = &messages[i];
        rank = static_cast<int>(i);
    }
    const Error error = decoded(sentenceOf(*chosen));
    if (isEveryones || error.kind() == ErrorKind::Interrupted)
        return error;
    return {error.kind(), fmt::format("Rank {} of {}, on {}: {}", rank, m_place.count,
                                      chosen->substr(chosen->find('\0') + 1), error.what())};
}

void Ranks::meet() { agree(nullptr); }

void Ranks::broadcast(std::string& bytes, int from) {
    agree(nullptr);
    if (!isAlone())
        broadcastBytes(bytes, from);
}

std::vector<std::string> Ranks::gather(const std::string& own) {
    agree(nullptr);
    return gatherBytes(own);
}

std::vector<std::string> Ranks::exchange(const std::string& own) {
    agree(nullptr);
    return exchangeBytes(own);
}

std::vector<std::string> Ranks::gatherBytes(const std::string& own) {
    if (!isFirst()) {
        sendToFirst(own);
        return {};
    }
    std::vector<std::string> all = {own};
    for (int from = 1; from < count(); ++from)
        all.push_back(receiveFrom(from));
    return all;
}

std::vector<std::string> Ranks::exchangeBytes(const std::string& own) {
    std::string all = joined(gatherBytes(own));
    if (!isAlone())
        broadcastBytes(all, 0);
    return separated(all);
}

Error Ranks::failTogether(const Error& own) {
    if (isAlone() || m_hasFailed)
        return own;
    tellOthers();
    try {
        agree(&own);
    } catch (const Error& agreed) {
        return agreed;
    }
    return own;
}

bool Ranks::otherHasFailed() { return !isAlone() && isTold(); }

Ranks& aloneRanks() {
    static AloneRanks alone;
    return alone;
}

std::unique_ptr<Ranks> makeAloneRanks() { return std::make_unique<AloneRanks>(); }

} // namespace quantscope
