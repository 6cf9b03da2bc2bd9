#include "format/draw_parts.h"

#include <algorithm>

namespace berth::format {

namespace {

// Reads the text from left to right: each style changes the pen and the part that what follows
// belongs to.
class Reader {
  public:
    Reader(const Pen& base, Parts& parts) : parts_(parts), base_(base), default_(base) {
        style_.pen = base;
        for (std::size_t i = 0; i < targets_.size(); ++i)
            targets_[i] = kTargets[i];
    }

    [[nodiscard]] bool ignores_styles() const { return style_.ignore; }
    void glyph(std::string_view text, unsigned columns);
    void style(std::string_view text);
    void finish() { end_range(); }

  private:
    // By Align.
    static constexpr std::array<PartName, 5> kTargets = {
        PartName::left, PartName::left, PartName::centre, PartName::right, PartName::absolute};

    [[nodiscard]] unsigned list_width() const { return parts_[PartName::list].width(); }
    PartName& target(Align align) { return targets_[static_cast<std::size_t>(align)]; }
    void move_to(PartName name);
    void end_range();
    void end_focus();
    void change_list();
    void leave_list();
    void enter_marker(PartName marker);
    void change_default(const Pen& before);
    std::uint16_t link();

    enum class ListState : std::uint8_t { outside, inside };

    Parts& parts_;
    Style style_;
    Pen base_;
    Pen default_; // base_, or what push-default made of it
    std::array<PartName, 5> targets_{};
    PartName current_ = PartName::left;
    ListState list_ = ListState::outside;
    std::optional<DrawnRange> range_;
};

void Reader::glyph(std::string_view text, unsigned columns) {
    auto& cells = parts_[current_].cells;
    if (columns == 0) {
        const auto base_cell = std::find_if(cells.rbegin(), cells.rend(),
                                            [](const DrawnCell& c) { return c.width != 0; });
        if (base_cell != cells.rend() && base_cell->text.size() + text.size() <= kMaxCellText)
            base_cell->text += text;
        return;
    }
    if (cells.size() + columns > kMaxColumns)
        return;
    cells.push_back({std::string(text), style_.pen, static_cast<std::uint8_t>(columns), link()});
    if (columns == 2)
        cells.push_back({"", style_.pen, 0, cells.back().link});
}

std::uint16_t Reader::link() {
    if (style_.link.empty())
        return 0;
    auto& links = parts_.links;
    const auto found = std::ranges::find(links, style_.link);
    if (found == links.end() && links.size() >= kMaxLinks)
        return 0;
    const auto index = found - links.begin();
    if (found == links.end())
        links.push_back(style_.link);
    return static_cast<std::uint16_t>(index + 1);
}

void Reader::style(std::string_view text) {
    const Style before = style_;
    style_.default_change = DefaultChange::none;
    auto parsed = parse_style(text, style_, default_);
    if (!parsed)
        return;
    style_ = std::move(*parsed);
    if (style_.fill.kind != Colour::Kind::unset)
        parts_.fill = style_.fill;
    change_default(before.pen);
    change_list();
    if (style_.range == before.range && range_)
        return;
    end_range();
    if (style_.range.kind != Range::Kind::none)
        range_ = DrawnRange{style_.range, parts_[current_].width(), 0};
}

void Reader::change_default(const Pen& before) {
    switch (style_.default_change) {
    case DefaultChange::push:
        default_ = before;
        break;
    case DefaultChange::pop:
        default_ = base_;
        break;
    case DefaultChange::set:
        base_ = before;
        default_ = before;
        break;
    case DefaultChange::none:
        break;
    }
}

void Reader::change_list() {
    switch (style_.list) {
    case List::on:
        if (list_ == ListState::outside) {
            list_ = ListState::inside;
            parts_.list_align = style_.align;
        }
        end_focus();
        move_to(PartName::list);
        break;
    case List::focus:
        if (list_ == ListState::inside && !parts_.focus_begin)
            parts_.focus_begin = list_width();
        break;
    case List::left_marker:
        enter_marker(PartName::left_marker);
        break;
    case List::right_marker:
        enter_marker(PartName::right_marker);
        break;
    case List::off:
        leave_list();
        break;
    }
}

// What follows a list and is aligned like it stays behind it.
void Reader::leave_list() {
    if (list_ == ListState::inside) {
        end_focus();
        list_ = ListState::outside;
        target(parts_.list_align) = PartName::after;
        if (parts_.list_align == Align::left)
            target(Align::standard) = PartName::after;
    }
    move_to(target(style_.align));
}

void Reader::enter_marker(PartName marker) {
    if (list_ == ListState::outside || parts_[marker].width() != 0)
        return;
    parts_.focus_begin.reset();
    parts_.focus_end.reset();
    move_to(marker);
}

void Reader::end_focus() {
    if (parts_.focus_begin && !parts_.focus_end)
        parts_.focus_end = list_width();
}

// A range lies within one part.
void Reader::move_to(PartName name) {
    if (name == current_)
        return;
    end_range();
    current_ = name;
}

void Reader::end_range() {
    if (!range_)
        return;
    range_->end = parts_[current_].width();
    if (range_->end > range_->begin)
        parts_[current_].ranges.push_back(*range_);
    range_.reset();
}

} // namespace

std::optional<Parts> parse_parts(std::string_view text, const Pen& base,
                                 const WidthFunction& columns) {
    Parts parts;
    Reader reader(base, parts);
    Token token;
    Tokens tokens(text, columns);
    while (tokens.next(token)) {
        if (token.kind == Token::Kind::glyph) {
            reader.glyph(token.glyph, token.columns);
        } else if (token.kind == Token::Kind::style) {
            reader.style(token.glyph);
            if (reader.ignores_styles())
                tokens.take_styles_as_text();
        }
    }
    if (tokens.unclosed_style())
        return std::nullopt;
    reader.finish();
    return parts;
}

} // namespace berth::format
