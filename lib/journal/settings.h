// What commands changed of a mux, for the next one: options and hooks, key bindings, environments,
// paste buffers, marks. As mux/ has them in plain values, so that this can be encoded, checked and
// fuzzed by itself; whether an option or a key of that name exists is the reader's to check.
#pragma once

#include "protocol/codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::journal {

inline constexpr std::uint32_t kSettingsVersion = 1;
inline constexpr std::size_t kMaxSettings = 100'000;     // options, items, bindings, variables
inline constexpr std::size_t kMaxSettingText = 1U << 20; // of one value
inline constexpr std::size_t kMaxKeptBuffers = 10'000;
inline constexpr std::size_t kMaxKeptBufferBytes =
    32U << 20; // of all buffers together; the newest are kept

// Whose options or variables.
enum class Owner : std::uint8_t { server, global_session, global_window, session, window, pane };

struct ItemRecord {
    std::uint32_t index = 0;
    std::uint64_t number = 0; // two's complement
    std::string text;
    template <class V> void fields(V& v) {
        v.number(index);
        v.number(number);
        v.text(text, kMaxSettingText);
    }
};

struct OptionRecord {
    Owner owner = Owner::server;
    std::uint32_t id = 0; // of the session, window or pane
    std::string name;
    std::uint8_t array = 0;
    std::vector<ItemRecord> items; // one, when it is no array
    template <class V> void fields(V& v) {
        v.choice(owner, Owner::pane);
        v.number(id);
        v.text(name, kMaxSettingText);
        v.number(array);
        v.list(items, kMaxSettings);
    }
};

struct BindingRecord {
    std::string table, key, command, note;
    std::uint8_t repeat = 0;
    template <class V> void fields(V& v) {
        v.text(table, kMaxSettingText);
        v.text(key, kMaxSettingText);
        v.text(command, kMaxSettingText);
        v.text(note, kMaxSettingText);
        v.number(repeat);
    }
};

struct VariableRecord {
    Owner owner = Owner::server;
    std::uint32_t id = 0;
    std::string name, value;
    std::uint8_t removed = 0, hidden = 0;
    template <class V> void fields(V& v) {
        v.choice(owner, Owner::session);
        v.number(id);
        v.text(name, kMaxSettingText);
        v.text(value, kMaxSettingText);
        v.number(removed);
        v.number(hidden);
    }
};

// What was current before: a session's windows by index, newest last; a window's pane.
struct BeforeRecord {
    Owner owner = Owner::session;
    std::uint32_t id = 0;
    std::vector<ItemRecord> numbers;
    template <class V> void fields(V& v) {
        v.choice(owner, Owner::window);
        v.number(id);
        v.list(numbers, kMaxSettings);
    }
};

struct Settings {
    std::uint32_t version = kSettingsVersion;
    std::uint32_t history_limit = 0; // policy's, which the option followed
    std::uint8_t configured = 0;     // 1: the configuration has been read
    std::uint64_t marked = 0;        // the pane's id + 1; 0: none
    std::vector<OptionRecord> options;
    std::vector<BindingRecord> bindings;
    std::vector<VariableRecord> variables;
    std::vector<BeforeRecord> before;
    template <class V> void fields(V& v) {
        v.number(version);
        v.number(history_limit);
        v.number(configured);
        v.number(marked);
        v.list(options, kMaxSettings);
        v.list(bindings, kMaxSettings);
        v.list(variables, kMaxSettings);
        v.list(before, kMaxSettings);
    }
};

struct BufferRecord {
    std::string name, text;
    std::uint64_t created = 0;
    std::uint8_t automatic = 0;
    template <class V> void fields(V& v) {
        v.text(name, kMaxSettingText);
        v.text(text, kMaxKeptBufferBytes);
        v.number(created);
        v.number(automatic);
    }
};

struct BufferList {
    std::uint32_t version = kSettingsVersion;
    std::uint64_t next = 0;            // number of the next automatic one
    std::vector<BufferRecord> buffers; // newest first
    template <class V> void fields(V& v) {
        v.number(version);
        v.number(next);
        v.list(buffers, kMaxKeptBuffers);
    }
};

// Empty: something is beyond its limit.
template <class T> [[nodiscard]] std::string encode_kept(T record) {
    std::string bytes;
    protocol::Encoder encoder(bytes);
    record.fields(encoder);
    return encoder.ok() ? bytes : std::string();
}

// false: malformed, or of another version.
template <class T> [[nodiscard]] bool decode_kept(std::string_view bytes, T& record) {
    protocol::Decoder decoder(bytes);
    record.fields(decoder);
    return decoder.complete() && record.version == kSettingsVersion;
}

} // namespace berth::journal
