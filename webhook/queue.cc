#include "queue.h"

#include "policy/url.h"

#include <algorithm>

namespace berth::webhook {

Queue::Took Queue::add(std::string_view packet) {
    const std::size_t end = packet.find('\n');
    if (end == std::string_view::npos || !policy::parse_url(packet.substr(0, end)))
        return Took::malformed;
    const std::string_view address = packet.substr(0, end);
    const std::string_view event = packet.substr(end + 1);
    if (event.empty() || event.size() > kMaxEvent)
        return Took::malformed;
    auto line = lines_.find(address);
    if (events_ >= kMaxEvents || (line == lines_.end() && lines_.size() >= kMaxAddresses))
        return Took::full;
    if (line == lines_.end())
        line = lines_.emplace(address, Line{}).first;
    line->second.events.emplace_back(event);
    ++events_;
    return Took::yes;
}

std::optional<Queue::Job> Queue::next(std::uint64_t now_us) {
    for (auto& [address, line] : lines_) {
        if (line.on_its_way || line.due_us > now_us)
            continue;
        line.on_its_way = true;
        return Job{address, line.events.front()};
    }
    return std::nullopt;
}

bool Queue::done(const std::string& address, Outcome outcome, std::uint64_t now_us) {
    const auto found = lines_.find(address);
    if (found == lines_.end() || !found->second.on_its_way)
        return false;
    Line& line = found->second;
    line.on_its_way = false;
    if (outcome == Outcome::failed && ++line.tries < kMaxTries) {
        line.due_us = now_us + std::min(kFirstWaitUs << (line.tries - 1), kLongestWaitUs);
        return false;
    }
    line.events.pop_front();
    --events_;
    line.tries = 0;
    line.due_us = 0;
    if (line.events.empty())
        lines_.erase(found);
    return outcome != Outcome::delivered;
}

std::optional<std::uint64_t> Queue::due() const {
    std::optional<std::uint64_t> due;
    for (const auto& [address, line] : lines_)
        if (!line.on_its_way)
            due = std::min(due.value_or(line.due_us), line.due_us);
    return due;
}

} // namespace berth::webhook
