#include "prompt_keys.h"

#include <algorithm>
#include <array>
#include <span>

namespace berth::mux {
namespace {

using keys::kCtrl;
using keys::Key;
using keys::kMeta;
using keys::Named;
using prompt::Edit;
using Act = PromptAct;

struct Row {
    Key key;
    PromptKey means;
};

constexpr PromptKey edit(Edit what) {
    return {Act::edit, what};
}

// In every mode but vi's command mode.
constexpr auto kCommon = std::to_array<Row>({
    {Key(Named::Left), edit(Edit::left)},
    {Key(Named::Right), edit(Edit::right)},
    {Key(Named::Home), edit(Edit::begin)},
    {Key(Named::End), edit(Edit::end)},
    {Key(Named::BSpace), edit(Edit::erase_left)},
    {Key('h', kCtrl), edit(Edit::erase_left)},
    {Key(Named::DC), edit(Edit::erase_here)},
    {Key(Named::Up), {Act::older}},
    {Key(Named::Down), {Act::newer}},
    {Key('u', kCtrl), edit(Edit::erase_all)},
    {Key('w', kCtrl), edit(Edit::erase_word)},
    {Key(keys::kTab), {Act::complete}},
    {Key('i', kCtrl), {Act::complete}},
    {Key(keys::kEnter), {Act::accept}},
    {Key('m', kCtrl), {Act::accept}},
    {Key('j', kCtrl), {Act::accept}},
    {Key(Named::KPEnter), {Act::accept}},
    {Key('c', kCtrl), {Act::cancel}},
    {Key('g', kCtrl), {Act::cancel}},
});

constexpr auto kEmacs = std::to_array<Row>({
    {Key('b', kCtrl), edit(Edit::left)},
    {Key('f', kCtrl), edit(Edit::right)},
    {Key('a', kCtrl), edit(Edit::begin)},
    {Key('e', kCtrl), edit(Edit::end)},
    {Key('d', kCtrl), edit(Edit::erase_here)},
    {Key('k', kCtrl), edit(Edit::erase_to_end)},
    {Key('t', kCtrl), edit(Edit::transpose)},
    {Key('f', kMeta), edit(Edit::past_word)},
    {Key(Named::Right, kCtrl), edit(Edit::past_word)},
    {Key('b', kMeta), edit(Edit::previous_word)},
    {Key(Named::Left, kCtrl), edit(Edit::previous_word)},
    {Key('p', kCtrl), {Act::older}},
    {Key('n', kCtrl), {Act::newer}},
    {Key('y', kCtrl), {Act::paste}},
    {Key('r', kCtrl), {Act::search_back}},
    {Key('s', kCtrl), {Act::search_forward}},
    {Key('v', kCtrl), {Act::quote}},
    {Key(keys::kEscape), {Act::cancel}},
    {Key('[', kCtrl), {Act::cancel}},
});

constexpr auto kViInsert = std::to_array<Row>({
    {Key(keys::kEscape), {Act::command_mode}},
    {Key('[', kCtrl), {Act::command_mode}},
    {Key('v', kCtrl), {Act::quote}},
});

constexpr auto kViCommand = std::to_array<Row>({
    {Key(Named::Left), edit(Edit::left)},
    {Key(Named::Right), edit(Edit::right)},
    {Key(Named::BSpace), edit(Edit::left)},
    {Key('h'), edit(Edit::left)},
    {Key('l'), edit(Edit::right)},
    {Key(Named::Home), edit(Edit::begin)},
    {Key(Named::End), edit(Edit::end)},
    {Key('0'), edit(Edit::begin)},
    {Key('^'), edit(Edit::begin)},
    {Key('$'), edit(Edit::end)},
    {Key('x'), edit(Edit::erase_here)},
    {Key(Named::DC), edit(Edit::erase_here)},
    {Key('X'), edit(Edit::erase_left)},
    {Key('D'), edit(Edit::erase_to_end)},
    {Key('d'), edit(Edit::erase_all)},
    {Key('b'), edit(Edit::previous_word)},
    {Key('B'), edit(Edit::previous_space_word)},
    {Key('e'), edit(Edit::next_word_end)},
    {Key('E'), edit(Edit::next_space_word_end)},
    {Key('w'), edit(Edit::next_word)},
    {Key('W'), edit(Edit::next_space_word)},
    {Key('i'), {Act::insert_mode}},
    {Key('a'), {Act::insert_mode, Edit::right}},
    {Key('A'), {Act::insert_mode, Edit::end}},
    {Key('I'), {Act::insert_mode, Edit::begin}},
    {Key('C'), {Act::insert_mode, Edit::erase_to_end}},
    {Key('s'), {Act::insert_mode, Edit::erase_here}},
    {Key('S'), {Act::insert_mode, Edit::erase_all}},
    {Key('p'), {Act::paste}},
    {Key('j'), {Act::newer}},
    {Key('k'), {Act::older}},
    {Key(Named::Up), {Act::older}},
    {Key(Named::Down), {Act::newer}},
    {Key('q'), {Act::cancel}},
    {Key('c', kCtrl), {Act::cancel}},
    {Key('g', kCtrl), {Act::cancel}},
    {Key(keys::kEscape), {Act::insert_mode}},
    {Key(keys::kEnter), {Act::accept}},
    {Key('m', kCtrl), {Act::accept}},
    {Key('j', kCtrl), {Act::accept}},
    {Key(Named::KPEnter), {Act::accept}},
});

const PromptKey* find(std::span<const Row> rows, Key key) {
    const auto found = std::ranges::find(rows, key, &Row::key);
    return found == rows.end() ? nullptr : &found->means;
}

} // namespace

std::optional<PromptKey> prompt_key(PromptMode mode, Key key) {
    if (mode == PromptMode::vi_command) {
        const PromptKey* means = find(kViCommand, key);
        return means != nullptr ? std::optional(*means) : std::nullopt;
    }
    if (const PromptKey* means =
            find(mode == PromptMode::emacs ? std::span<const Row>(kEmacs) : kViInsert, key))
        return *means;
    if (const PromptKey* means = find(kCommon, key))
        return *means;
    if (key.is_character() && (key.modifiers & ~keys::kShift) == 0 && key.code >= 0x20)
        return PromptKey{};
    return std::nullopt;
}

} // namespace berth::mux
