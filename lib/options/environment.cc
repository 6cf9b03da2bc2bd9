#include "options/environment.h"

#include <fnmatch.h>

namespace berth::options {
namespace {

std::string shell_quoted(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (std::string_view("$`\"\\").contains(c))
            out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

std::string printed(const std::string& name, const Variable& variable, bool shell) {
    if (!variable.value)
        return shell ? "unset " + name + ";" : "-" + name;
    if (shell)
        return name + "=\"" + shell_quoted(*variable.value) + "\"; export " + name + ";";
    return name + "=" + *variable.value;
}

} // namespace

void Environment::set(std::string_view name, std::string_view value, bool hidden) {
    ++generation_;
    variables_.insert_or_assign(std::string(name), Variable{std::string(value), hidden});
}

void Environment::mark_removed(std::string_view name) {
    ++generation_;
    variables_.insert_or_assign(std::string(name), Variable{});
}

void Environment::erase(std::string_view name) {
    ++generation_;
    if (const auto found = variables_.find(name); found != variables_.end())
        variables_.erase(found);
}

const Variable* Environment::find(std::string_view name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? nullptr : &found->second;
}

void Environment::put(std::string_view assignment) {
    const auto equals = assignment.find('=');
    if (equals != std::string_view::npos && equals > 0)
        set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

void Environment::merge(const Environment& other) {
    ++generation_;
    for (const auto& [name, variable] : other.variables_)
        variables_.insert_or_assign(name, variable);
}

void Environment::update_from(const Environment& client, std::span<const std::string> patterns) {
    for (const std::string& pattern : patterns) {
        bool found = false;
        for (const auto& [name, variable] : client.variables_) {
            if (!variable.value || fnmatch(pattern.c_str(), name.c_str(), 0) != 0)
                continue;
            set(name, *variable.value);
            found = true;
        }
        if (!found)
            mark_removed(pattern);
    }
}

std::vector<std::string> Environment::exported() const {
    std::vector<std::string> out;
    for (const auto& [name, variable] : variables_)
        if (variable.value && !variable.hidden)
            out.push_back(name + "=" + *variable.value);
    return out;
}

Result<void> set_environment(Environment& environment, const SetEnvironmentFlags& flags,
                             std::string_view name, std::optional<std::string_view> value) {
    if (name.empty())
        return fail(EINVAL, "empty variable name");
    if (name.contains('='))
        return fail(EINVAL, "variable name contains =");
    if (flags.unset || flags.remove) {
        if (value)
            return fail(
                EINVAL,
                std::string("can't specify a value with ").append(flags.unset ? "-u" : "-r"));
        if (flags.unset)
            environment.erase(name);
        else
            environment.mark_removed(name);
        return {};
    }
    if (!value)
        return fail(EINVAL, "no value specified");
    environment.set(name, *value, flags.hidden);
    return {};
}

Result<std::vector<std::string>> show_environment(const Environment& environment,
                                                  const ShowEnvironmentFlags& flags,
                                                  std::optional<std::string_view> name) {
    std::vector<std::string> lines;
    if (name) {
        const auto found = environment.variables().find(*name);
        if (found == environment.variables().end())
            return fail(ENOENT, std::string("unknown variable: ").append(*name));
        if (found->second.hidden == flags.hidden)
            lines.push_back(printed(found->first, found->second, flags.shell));
        return lines;
    }
    for (const auto& [variable_name, variable] : environment.variables())
        if (variable.hidden == flags.hidden)
            lines.push_back(printed(variable_name, variable, flags.shell));
    return lines;
}

} // namespace berth::options
