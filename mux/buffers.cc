#include "buffers.h"

#include <algorithm>
#include <ctime>

namespace berth::mux {

void Buffers::add(std::string text, std::optional<std::string_view> name) {
    if (!name)
        add_numbered(std::move(text), "buffer");
    else if (!text.empty())
        put({.name = std::string(*name), .text = std::move(text), .automatic = false});
}

void Buffers::add_numbered(std::string text, std::string_view prefix) {
    if (!text.empty())
        put({.name = std::string(prefix) + std::to_string(next_++), .text = std::move(text)});
}

void Buffers::append_to_newest(std::string_view text) {
    const Buffer* last = newest();
    if (last == nullptr)
        return add_numbered(std::string(text), "buffer");
    Buffer longer = *last;
    longer.text += text;
    put(std::move(longer));
}

void Buffers::put(Buffer buffer) {
    if (buffer.text.size() > kMaxBufferBytes)
        return;
    ++generation_;
    buffer.created = static_cast<std::uint64_t>(time(nullptr));
    std::erase_if(buffers_, [&](const Buffer& old) { return old.name == buffer.name; });
    buffers_.push_front(std::move(buffer));
    auto automatic = static_cast<std::size_t>(std::ranges::count_if(buffers_, &Buffer::automatic));
    for (auto at = buffers_.end();
         (automatic > limit_ || buffers_.size() > kMaxBuffers) && at != buffers_.begin();) {
        --at;
        if (!at->automatic)
            continue;
        at = buffers_.erase(at);
        --automatic;
    }
}

void Buffers::restore(std::list<Buffer> buffers, std::uint64_t next) {
    ++generation_;
    buffers_ = std::move(buffers);
    next_ = next;
}

bool Buffers::remove(std::string_view name) {
    ++generation_;
    return std::erase_if(buffers_, [&](const Buffer& buffer) { return buffer.name == name; }) > 0;
}

bool Buffers::rename(std::string_view from, std::string_view to) {
    const auto found = std::ranges::find(buffers_, from, &Buffer::name);
    if (found == buffers_.end())
        return false;
    ++generation_;
    Buffer moved = std::move(*found);
    buffers_.erase(found);
    remove(to);
    moved.name = to;
    moved.automatic = false;
    buffers_.push_front(std::move(moved));
    return true;
}

const Buffer* Buffers::find(std::string_view name) const {
    const auto found = std::ranges::find(buffers_, name, &Buffer::name);
    return found == buffers_.end() ? nullptr : &*found;
}

const Buffer* Buffers::newest() const {
    const auto found = std::ranges::find(buffers_, true, &Buffer::automatic);
    return found == buffers_.end() ? nullptr : &*found;
}

} // namespace berth::mux
