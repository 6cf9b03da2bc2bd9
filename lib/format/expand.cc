#include "format/format.h"

#include "format/colour.h"
#include "format/modifiers.h"
#include "format/values.h"
#include "format/variables.h"

#include <algorithm>
#include <array>

namespace berth::format {

namespace {

// Where an expansion stands: its context, the step of the innermost loop, how deep it is.
struct Scope {
    Context* context;
    std::size_t loop_index = 0;
    bool in_loop = false;
    bool loop_last = false;
    bool time = false;
    unsigned depth = 0;
};

std::string truth(bool value) {
    return value ? "1" : "0";
}

std::vector<std::string_view> split_arguments(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = skip_to(text, ",");
        parts.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos)
            return parts;
        text.remove_prefix(comma + 1);
    }
}

struct Pair {
    std::string_view first;
    std::string_view second;
};

std::optional<Pair> split_pair(std::string_view text) {
    const std::size_t comma = skip_to(text, ",");
    if (comma == std::string_view::npos)
        return std::nullopt;
    return Pair{text.substr(0, comma), text.substr(comma + 1)};
}

// "#:" within strftime's specifiers is a colon.
std::string without_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '#' && i + 1 < text.size() &&
            std::string_view(",#{}:").find(text[i + 1]) != std::string_view::npos)
            ++i;
        out += text[i];
    }
    return out;
}

// One call of expand(): what it may still do, and how.
class Expander {
  public:
    explicit Expander(bool jobs) : jobs_(jobs) {}

    std::string expand(std::string_view text, const Scope& scope);

  private:
    using Result = std::optional<std::string>; // nothing: the rest of the text is left out too

    struct Step {
        std::string text;
        std::size_t used = 0; // bytes; 0 ends the expansion
    };

    Step hash(std::string_view text, const Scope& scope);
    Step job(std::string_view text, const Scope& scope);
    Result replace(std::string_view key, const Scope& scope);
    Result primary(const ModifierList& list, std::string_view body, const Scope& scope);
    std::optional<Result> special(const Modifier& modifier, std::string_view body,
                                  const Scope& scope);
    std::string finish(const ModifierList& list, std::string value, const Scope& scope);
    std::string fit(const ModifierList& list, std::string value, const Scope& scope);

    Result conditional(std::string_view body, const Scope& scope);
    bool condition(std::string_view text, const Scope& scope);
    Result compare(Action action, std::string_view body, const Scope& scope);
    std::string any_or_all(Action action, std::string_view body, const Scope& scope);
    Result match(const Modifier& modifier, std::string_view body, const Scope& scope);
    std::string calculate(const Modifier& modifier, std::string_view body, const Scope& scope);
    std::string colour(const Modifier& modifier, std::string_view body, const Scope& scope);
    std::string character(std::string_view body, const Scope& scope);
    std::string repeat(std::string_view body, const Scope& scope);
    std::string animate(const Modifier& modifier, std::string_view body, const Scope& scope);
    std::string loop(const Modifier& modifier, std::string_view body, const Scope& scope);

    Result lookup(std::string_view name, const ModifierList& list, const Scope& scope);
    Result value_of(std::string_view name, const Scope& scope);
    std::string time_text(const Modifier& modifier, std::string_view value, const Scope& scope);

    // Takes from what one call may do; false when that is used up.
    bool spend(std::size_t bytes) {
        left_ -= std::min(left_, bytes + kStepCost);
        return left_ > 0;
    }

    std::size_t left_ = kMaxWork;
    bool jobs_;
};

std::string Expander::expand(std::string_view text, const Scope& scope) {
    if (scope.depth >= kMaxDepth || !spend(text.size()))
        return {};
    Scope inner = scope;
    ++inner.depth;
    std::string timed;
    if (scope.time && text.find('%') != std::string_view::npos) {
        timed = format_time(std::string(text), scope.context->local_time(scope.context->now()));
        text = timed;
    }
    std::string out;
    while (!text.empty() && out.size() < kMaxText) {
        const std::size_t plain = std::min(text.find('#'), text.size());
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty())
            break;
        const Step step = hash(text, inner);
        out += step.text;
        if (step.used == 0 || !spend(step.text.size()))
            break;
        text.remove_prefix(step.used);
    }
    if (out.size() > kMaxText)
        out.resize(kMaxText);
    return out;
}

// What stands at "#".
Expander::Step Expander::hash(std::string_view text, const Scope& scope) {
    if (text.size() == 1)
        return {"#", 1};
    switch (text[1]) {
    case '(':
        return job(text, scope);
    case '{': {
        const std::size_t end = skip_to(text.substr(2), "}");
        if (end == std::string_view::npos)
            return {};
        auto value = replace(text.substr(2, end), scope);
        return value ? Step{std::move(*value), end + 3} : Step{};
    }
    case '[':
    case '#': {
        // Any number of "#" before "[" is left to whoever draws the text.
        const std::size_t count = std::min(text.find_first_not_of('#'), text.size());
        if (count < text.size() && text[count] == '[')
            return {std::string(text.substr(0, count + 1)), count + 1};
        return {"#", 2};
    }
    case '}':
    case ',':
        return {std::string(1, text[1]), 2};
    default:
        if (const auto name = alias(text[1]))
            return {value_of(*name, scope).value_or(""), 2};
        return {std::string(text.substr(0, 2)), 2};
    }
}

Expander::Step Expander::job(std::string_view text, const Scope& scope) {
    std::size_t depth = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '(')
            ++depth;
        if (text[i] == ')' && --depth == 0) {
            const std::string command = expand(text.substr(2, i - 2), scope);
            return {jobs_ ? scope.context->job(command) : std::string(), i + 1};
        }
    }
    return {};
}

Expander::Result Expander::replace(std::string_view key, const Scope& scope) {
    if (key.starts_with('?'))
        return conditional(key.substr(1), scope);
    const auto parsed =
        parse_modifiers(key, [&](std::string_view argument) { return expand(argument, scope); });
    const ModifierList list = parsed.value_or(ModifierList{});
    auto value = primary(list, key.substr(list.length), scope);
    if (!value || !spend(value->size()))
        return std::nullopt;
    return finish(list, std::move(*value), scope);
}

// The value before it is cut and padded: what the first modifier that has one of its own says, else
// a variable's.
Expander::Result Expander::primary(const ModifierList& list, std::string_view body,
                                   const Scope& scope) {
    for (const Modifier& modifier : list.modifiers)
        if (auto value = special(modifier, body, scope))
            return std::move(*value);
    if (body.find("#{") != std::string_view::npos)
        return expand(body, scope);
    return lookup(body, list, scope).value_or("");
}

std::optional<Expander::Result> Expander::special(const Modifier& modifier, std::string_view body,
                                                  const Scope& scope) {
    switch (modifier.action) {
    case Action::literal:
        return std::string(body);
    case Action::ascii:
        return character(body, scope);
    case Action::colour:
        return colour(modifier, body, scope);
    case Action::animation:
        return animate(modifier, body, scope);
    case Action::repeat:
        return repeat(body, scope);
    case Action::expression:
        return calculate(modifier, body, scope);
    case Action::name:
        return truth(scope.context->name_exists(
            modifier.flag('s') ? NameKind::session : NameKind::window, expand(body, scope)));
    case Action::interrogate:
        return scope.context
            ->interrogate(modifier.flag('f')   ? 'f'
                          : modifier.flag('c') ? 'c'
                                               : 'e',
                          expand(body, scope))
            .value_or("");
    case Action::search: {
        const MatchFlags flags{modifier.flag('r'), modifier.flag('i')};
        return std::to_string(scope.context->search(expand(body, scope), flags));
    }
    case Action::match:
        return match(modifier, body, scope);
    case Action::negate:
    case Action::truth:
        return truth(is_true(expand(body, scope)) == (modifier.action == Action::truth));
    case Action::any:
    case Action::all:
        return any_or_all(modifier.action, body, scope);
    case Action::equal:
    case Action::not_equal:
    case Action::less:
    case Action::greater:
    case Action::less_equal:
    case Action::greater_equal:
        return compare(modifier.action, body, scope);
    case Action::each_session:
    case Action::each_window:
    case Action::each_pane:
    case Action::each_client:
    case Action::each_option:
    case Action::each_environment:
        return loop(modifier, body, scope);
    default:
        return std::nullopt;
    }
}

// "#{?condition,value,condition,value,...,otherwise}"
Expander::Result Expander::conditional(std::string_view body, const Scope& scope) {
    const auto parts = split_arguments(body);
    if (parts.size() < 2)
        return std::nullopt;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
        if (condition(parts[i], scope))
            return expand(parts[i + 1], scope);
    return parts.size() % 2 == 0 ? std::string() : expand(parts.back(), scope);
}

// A variable's value, or text that becomes something else when it is expanded.
bool Expander::condition(std::string_view text, const Scope& scope) {
    if (text.find('#') == std::string_view::npos) // no name has one
        if (const auto value = value_of(text, scope))
            return is_true(*value);
    const std::string expanded = expand(text, scope);
    return expanded != text && is_true(expanded);
}

Expander::Result Expander::compare(Action action, std::string_view body, const Scope& scope) {
    const auto pair = split_pair(body);
    if (!pair)
        return std::nullopt;
    const int order = expand(pair->first, scope).compare(expand(pair->second, scope));
    switch (action) {
    case Action::equal:
        return truth(order == 0);
    case Action::not_equal:
        return truth(order != 0);
    case Action::less:
        return truth(order < 0);
    case Action::greater:
        return truth(order > 0);
    case Action::less_equal:
        return truth(order <= 0);
    default:
        return truth(order >= 0);
    }
}

std::string Expander::any_or_all(Action action, std::string_view body, const Scope& scope) {
    const bool deciding = action == Action::any;
    for (const std::string_view part : split_arguments(body))
        if (is_true(expand(part, scope)) == deciding)
            return truth(deciding);
    return truth(!deciding);
}

Expander::Result Expander::match(const Modifier& modifier, std::string_view body,
                                 const Scope& scope) {
    const auto pair = split_pair(body);
    if (!pair)
        return std::nullopt;
    const std::string pattern = expand(pair->first, scope);
    const std::string text = expand(pair->second, scope);
    if (!modifier.flag('z') && !modifier.flag('p'))
        return truth(matches(pattern, text, {modifier.flag('r'), modifier.flag('i')}));
    const auto positions = fuzzy_positions(pattern, text);
    if (!modifier.flag('p'))
        return truth(positions.has_value());
    std::string out;
    for (const std::size_t position : positions.value_or(std::vector<std::size_t>()))
        out.append(out.empty() ? "" : ",").append(std::to_string(position));
    return out;
}

std::string Expander::calculate(const Modifier& modifier, std::string_view body,
                                const Scope& scope) {
    const auto pair = split_pair(body);
    if (!pair)
        return {};
    return arithmetic(modifier.arguments, expand(pair->first, scope), expand(pair->second, scope))
        .value_or("");
}

std::string Expander::character(std::string_view body, const Scope& scope) {
    const auto code = parse_number(expand(body, scope));
    return code && *code >= 0x20 && *code <= 0x7e ? std::string(1, static_cast<char>(*code))
                                                  : std::string();
}

std::string Expander::colour(const Modifier& modifier, std::string_view body, const Scope& scope) {
    const auto named = parse_colour(expand(body, scope));
    const bool foreground = modifier.flag('f');
    if (named && (foreground || modifier.flag('b')))
        return colour_sequence(*named, foreground ? Layer::foreground : Layer::background);
    const auto rgb = named ? colour_rgb(*named) : std::nullopt;
    return rgb ? colour_text({Colour::Kind::rgb, *rgb}).substr(1) : std::string();
}

std::string Expander::repeat(std::string_view body, const Scope& scope) {
    const auto pair = split_pair(body);
    if (!pair)
        return {};
    const std::string text = expand(pair->first, scope);
    const auto count = parse_number(expand(pair->second, scope));
    std::string out;
    for (std::int64_t i = 0; count && i < *count && !text.empty() && out.size() < kMaxText; ++i)
        out += text;
    return out;
}

std::string Expander::animate(const Modifier& modifier, std::string_view body, const Scope& scope) {
    const auto given =
        modifier.arguments.empty() ? std::nullopt : parse_number(modifier.arguments[0]);
    const std::int64_t seconds = std::max<std::int64_t>(given.value_or(1), 1);
    const auto frames = split_arguments(body);
    const auto tick =
        static_cast<std::size_t>(std::max<std::int64_t>(scope.context->now(), 0) / seconds);
    return expand(frames[tick % frames.size()], scope);
}

Loop loop_of(const Modifier& modifier) {
    Loop loop;
    constexpr std::array kinds =
        std::to_array<std::pair<Action, Each>>({{Action::each_session, Each::sessions},
                                                {Action::each_window, Each::windows},
                                                {Action::each_pane, Each::panes},
                                                {Action::each_client, Each::clients},
                                                {Action::each_option, Each::options},
                                                {Action::each_environment, Each::environment}});
    constexpr std::array orders =
        std::to_array<std::pair<char, Loop::Order>>({{'i', Loop::Order::index},
                                                     {'n', Loop::Order::name},
                                                     {'t', Loop::Order::time},
                                                     {'z', Loop::Order::depth}});
    for (const auto& [action, each] : kinds)
        if (action == modifier.action)
            loop.each = each;
    for (const auto& [letter, order] : orders)
        if (modifier.flag(letter))
            loop.order = order;
    loop.reverse = modifier.flag('r');
    if (!modifier.arguments.empty())
        loop.flags = modifier.arguments[0];
    return loop;
}

std::string Expander::loop(const Modifier& modifier, std::string_view body, const Scope& scope) {
    const auto pair = split_pair(body);
    const auto items = scope.context->items(loop_of(modifier));
    std::string out;
    for (std::size_t i = 0; i < items.size() && out.size() < kMaxText && spend(0); ++i) {
        Scope inner = scope;
        inner.context = items[i].context.get();
        inner.in_loop = true;
        inner.loop_index = i;
        inner.loop_last = i + 1 == items.size();
        out += expand(!pair ? body : items[i].current ? pair->second : pair->first, inner);
    }
    return out;
}

// Letters that say nothing quote nothing.
std::optional<Quote> quote_of(const Modifier& modifier) {
    if (modifier.arguments.empty())
        return Quote::shell;
    if (modifier.flag('h') || modifier.flag('e'))
        return Quote::format;
    if (modifier.flag('a'))
        return Quote::argument;
    return modifier.flag('s') ? std::optional(Quote::single) : std::nullopt;
}

// A variable's value with the modifiers that apply to variables only.
Expander::Result Expander::lookup(std::string_view name, const ModifierList& list,
                                  const Scope& scope) {
    auto value = value_of(name, scope);
    if (!value)
        return std::nullopt;
    if (const Modifier* modifier = list.find(Action::time))
        value = time_text(*modifier, *value, scope);
    if (list.find(Action::basename) != nullptr)
        value = base_name(*value);
    if (list.find(Action::dirname) != nullptr)
        value = directory_name(*value);
    if (const Modifier* modifier = list.find(Action::quote)) {
        if (const auto how = quote_of(*modifier))
            value = quote(*value, *how);
    }
    return value;
}

Expander::Result Expander::value_of(std::string_view name, const Scope& scope) {
    if (name.empty() || !spend(name.size()))
        return std::nullopt;
    if (scope.in_loop && name == "loop_index")
        return std::to_string(scope.loop_index);
    if (scope.in_loop && name == "loop_last_flag")
        return truth(scope.loop_last);
    auto value = scope.context->option(name);
    if (!value)
        value = scope.context->variable(name);
    if (!value)
        value = scope.context->environment(name);
    if (value && value->size() > kMaxText)
        value->resize(kMaxText);
    return value;
}

std::string Expander::time_text(const Modifier& modifier, std::string_view value,
                                const Scope& scope) {
    const auto time = parse_number(value);
    if (!time || *time <= 0)
        return {};
    const std::int64_t now = scope.context->now();
    if (modifier.flag('p'))
        return pretty_time(*time, now, *scope.context);
    if (modifier.flag('r') || modifier.flag('d'))
        return duration(modifier.flag('r') ? now - *time : *time);
    const std::tm local = scope.context->local_time(*time);
    if (modifier.arguments.size() > 1 && modifier.flag('f'))
        return format_time(without_escapes(modifier.arguments[1]), local);
    return full_time(local);
}

// Second expansion, substitutions, width, in this order whatever the order of the modifiers.
std::string Expander::finish(const ModifierList& list, std::string value, const Scope& scope) {
    const bool timed = list.find(Action::expand_time) != nullptr;
    if (timed || list.find(Action::expand) != nullptr) {
        Scope inner = scope;
        inner.time = scope.time || timed;
        value = expand(value, inner);
    }
    for (const Modifier& modifier : list.modifiers) {
        if (modifier.action != Action::substitute || modifier.arguments.size() < 2)
            continue;
        const bool ignore_case =
            modifier.arguments.size() > 2 && modifier.arguments[2].find('i') != std::string::npos;
        if (!spend(value.size() * kSubstituteCost))
            return {};
        if (auto changed =
                substitute(value, modifier.arguments[0], modifier.arguments[1], ignore_case))
            value = std::move(*changed);
    }
    return fit(list, std::move(value), scope);
}

std::string Expander::fit(const ModifierList& list, std::string value, const Scope& scope) {
    const WidthFunction& width = scope.context->width();
    const auto columns_of = [](const Modifier* modifier) {
        const auto given = modifier == nullptr || modifier->arguments.empty()
                               ? std::nullopt
                               : parse_number(modifier->arguments[0]);
        constexpr auto limit = static_cast<std::int64_t>(kMaxText);
        return given && *given >= INT32_MIN && *given <= INT32_MAX
                   ? std::clamp(*given, -limit, limit)
                   : 0;
    };
    const Modifier* limit = list.find(Action::limit);
    if (const std::int64_t columns = columns_of(limit); columns != 0) {
        const bool from_end = columns < 0;
        const std::string marker =
            limit->arguments.size() > 1 ? limit->arguments[1] : std::string();
        std::string kept = from_end ? keep_right(value, static_cast<unsigned>(-columns), width)
                                    : keep_left(value, static_cast<unsigned>(columns), width);
        if (kept != value)
            kept = from_end ? marker + kept : kept + marker;
        value = std::move(kept);
    }
    if (const std::int64_t columns = columns_of(list.find(Action::pad)); columns != 0) {
        const auto wanted = static_cast<std::size_t>(std::abs(columns));
        const std::size_t used =
            plain_columns(value, width); // marks count: they are padded as they stand
        if (used < wanted)
            value.insert(columns > 0 ? value.size() : 0, wanted - used, ' ');
    }
    if (list.find(Action::length) != nullptr)
        value = std::to_string(value.size());
    if (list.find(Action::columns) != nullptr)
        value = std::to_string(text_columns(value, width));
    return value;
}

} // namespace

bool is_true(std::string_view value) {
    return !value.empty() && value != "0";
}

std::string expand(std::string_view text, Context& context, Expand how) {
    return Expander(how.jobs).expand(text, Scope{.context = &context, .time = how.time});
}

} // namespace berth::format
