#include "format_jobs.h"

#include "client.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {

std::string FormatJobs::value(const Client* client, const Session* session,
                              std::string_view command, std::uint64_t every_us) {
    const Key key{client != nullptr ? client->id : 0, std::string(command)};
    if (!entries_.contains(key))
        make_room();
    Entry& entry = entries_[key];
    const std::uint64_t now = now_us();
    entry.used_us = now;
    if (entry.job == 0 &&
        (entry.started_us == 0 || now - entry.started_us >= std::max(every_us, kFormatJobEveryUs)))
        start(key, entry, session);
    else if (entry.job != 0 && !entry.shown && now - entry.started_us > kFormatJobReadyUs)
        return "<'" + key.second + "' not ready>";
    return entry.line;
}

void FormatJobs::start(const Key& key, Entry& entry, const Session* session) {
    JobWish wish;
    wish.words = {key.second};
    wish.session = session;
    if (session != nullptr)
        wish.directory = session->directory;
    JobCalls calls;
    calls.output = [this, key](std::string_view bytes) { printed(key, bytes); };
    calls.ended = [this, key](JobEnd end) { ended(key, end); };
    entry.started_us = now_us();
    entry.rest.clear();
    entry.printed = false;
    entry.job = server_.jobs.start(std::move(wish), std::move(calls));
}

void FormatJobs::printed(const Key& key, std::string_view bytes) {
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return;
    Entry& entry = found->second;
    const auto last = bytes.rfind('\n');
    if (last == bytes.npos) {
        entry.rest += bytes.substr(0, kMaxFormatLine - std::min(kMaxFormatLine, entry.rest.size()));
        return;
    }
    const auto before = last == 0 ? bytes.npos : bytes.rfind('\n', last - 1);
    std::string line = before == bytes.npos ? entry.rest : std::string();
    const auto begin = before == bytes.npos ? 0 : before + 1;
    line += bytes.substr(begin, last - begin);
    entry.rest = bytes.substr(last + 1).substr(0, kMaxFormatLine);
    line.resize(std::min(line.size(), kMaxFormatLine));
    entry.printed = true;
    const bool news = !entry.shown || line != entry.line;
    entry.shown = true;
    entry.line = std::move(line);
    if (news)
        show(key);
}

void FormatJobs::ended(const Key& key, const JobEnd& end) {
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return;
    Entry& entry = found->second;
    entry.job = 0;
    std::string line = entry.rest;
    if (!end.error.empty())
        line = "<'" + key.second + "' didn't start>";
    if (line.empty() && entry.printed)
        return;
    const bool news = !entry.shown || line != entry.line;
    entry.shown = true;
    entry.line = std::move(line);
    if (news)
        show(key);
}

// What was not asked for the longest goes.
void FormatJobs::make_room() {
    if (entries_.size() < kMaxFormatJobs)
        return;
    const auto oldest = std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.used_us; });
    if (oldest->second.job != 0)
        server_.jobs.stop(oldest->second.job);
    entries_.erase(oldest);
}

void FormatJobs::show(const Key& key) {
    for (const auto& client : server_.clients())
        if (client->session != nullptr && (key.first == 0 || client->id == key.first))
            client->display.refresh();
}

void FormatJobs::forget(const Client& client) {
    for (auto at = entries_.lower_bound({client.id, ""});
         at != entries_.end() && at->first.first == client.id;) {
        if (at->second.job != 0)
            server_.jobs.stop(at->second.job);
        at = entries_.erase(at);
    }
}

} // namespace berth::mux
