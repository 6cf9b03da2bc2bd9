// Bytes of one message: little-endian numbers, texts and lists with a length before them, and a
// limit for each. A message names its fields once, in a template `fields(visitor)`; Encoder and
// Decoder are the two visitors. A Decoder never reads past the end, never allocates more than the
// limits allow, and a message that leaves bytes over is malformed.
#pragma once

#include "protocol/version.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace berth::protocol {

using Texts = std::vector<std::string>;

class Encoder {
  public:
    explicit Encoder(std::string& out, std::uint16_t version = kVersion)
        : out_(out), version_(version) {}
    // Of the message's format, as the two ends have agreed.
    [[nodiscard]] std::uint16_t version() const { return version_; }

    template <class T>
        requires std::is_unsigned_v<T>
    void number(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            out_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
    void number(std::int32_t value) { number(static_cast<std::uint32_t>(value)); }
    template <class E> void choice(E value, E /*last*/) {
        number(static_cast<std::uint8_t>(value));
    }
    // A text beyond its limit is a broken invariant of the sender: ok() is false then and nothing
    // must be sent.
    void text(const std::string& value, std::size_t limit) {
        ok_ = ok_ && value.size() <= limit;
        number(static_cast<std::uint32_t>(value.size()));
        out_ += value;
    }
    void texts(const Texts& values, std::size_t count_limit, std::size_t bytes_limit) {
        std::size_t bytes = 0;
        for (const std::string& value : values)
            bytes += value.size();
        ok_ = ok_ && values.size() <= count_limit && bytes <= bytes_limit;
        number(static_cast<std::uint32_t>(values.size()));
        for (const std::string& value : values)
            text(value, bytes_limit);
    }
    // Parts that name their own fields.
    template <class T> void list(std::vector<T>& values, std::size_t count_limit) {
        ok_ = ok_ && values.size() <= count_limit;
        number(static_cast<std::uint32_t>(values.size()));
        for (T& value : values)
            value.fields(*this);
    }
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    std::string& out_;
    std::uint16_t version_;
    bool ok_ = true;
};

class Decoder {
  public:
    explicit Decoder(std::string_view bytes, std::uint16_t version = kVersion)
        : bytes_(bytes), version_(version) {}
    [[nodiscard]] std::uint16_t version() const { return version_; }

    template <class T>
        requires std::is_unsigned_v<T>
    void number(T& value) {
        if (bytes_.size() < sizeof(T)) {
            reject();
            return;
        }
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            sum |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
        value = static_cast<T>(sum);
        bytes_.remove_prefix(sizeof(T));
    }
    void number(std::int32_t& value) {
        std::uint32_t bits = 0;
        number(bits);
        value = static_cast<std::int32_t>(bits);
    }
    template <class E> void choice(E& value, E last) {
        std::uint8_t byte = 0;
        number(byte);
        if (byte > static_cast<std::uint8_t>(last))
            reject();
        else
            value = static_cast<E>(byte);
    }
    void text(std::string& value, std::size_t limit) {
        std::uint32_t size = 0;
        number(size);
        if (size > limit || size > bytes_.size()) {
            reject();
            return;
        }
        value.assign(bytes_.substr(0, size));
        bytes_.remove_prefix(size);
    }
    void texts(Texts& values, std::size_t count_limit, std::size_t bytes_limit) {
        std::uint32_t count = 0;
        number(count);
        if (count > count_limit)
            reject();
        std::size_t left = bytes_limit;
        for (std::uint32_t i = 0; ok_ && i < count; ++i) {
            text(values.emplace_back(), left);
            left -= values.back().size();
        }
    }
    template <class T> void list(std::vector<T>& values, std::size_t count_limit) {
        std::uint32_t count = 0;
        number(count);
        if (count > count_limit)
            reject();
        for (std::uint32_t i = 0; ok_ && i < count; ++i)
            values.emplace_back().fields(*this);
    }
    // All was read, nothing is left over.
    [[nodiscard]] bool complete() const { return ok_ && bytes_.empty(); }

  private:
    void reject() {
        ok_ = false;
        bytes_ = {};
    }
    std::string_view bytes_;
    std::uint16_t version_;
    bool ok_ = true;
};

} // namespace berth::protocol
