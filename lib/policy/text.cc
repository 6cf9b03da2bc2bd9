#include "policy/text.h"

#include <algorithm>

namespace berth::policy {
namespace {

// The text in lines of at most `width` bytes, each after `prefix`.
std::string wrap(std::string_view text, std::string_view prefix, std::size_t width) {
    std::string out;
    while (!text.empty()) {
        std::size_t cut = text.size();
        if (cut > width) {
            cut = text.rfind(' ', width);
            if (cut == std::string_view::npos)
                cut = std::min(text.find(' '), text.size());
        }
        out.append(prefix).append(text.substr(0, cut)).append("\n");
        text.remove_prefix(std::min(cut + 1, text.size()));
    }
    return out;
}

constexpr std::size_t kSampleWidth = 90;

constexpr std::string_view kSampleHead =
    R"(# berth.conf: the policy of this machine's berth. See berth.conf(5).
#
# Every option stands here with its default. Files in berth.conf.d/*.conf are read after this one, in the order
# of their names. After a change: `berth policy check`, then `systemctl reload berthd`.
)";

constexpr std::string_view kSampleTail = R"(
# Sections for groups and users override what stands above; a user's section wins over groups'.
#[group contractors]
#hook = force
#login.force_exec = refuse

#[user alice]
#on_login = menu
#history.limit = 200000
)";

// roff: hyphens are minus signs in words to be typed, backslashes are escaped.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '-')
            out += '\\';
        out += c == '\\' ? 'e' : c;
    }
    return out;
}

constexpr std::string_view kManualHead =
    R"(.\" Made from lib/policy/options.cc by tools/policy-text. Do not edit.
.TH BERTH.CONF 5 "" "berth" "File formats"
.SH NAME
berth.conf \- the policy of berth, persistent sessions over ssh
.SH SYNOPSIS
.I /etc/berth/berth.conf
.br
.I /etc/berth/berth.conf.d/*.conf
.SH DESCRIPTION
These files say how ssh logins of this machine are brought into sessions and what the sessions may use.
.B berth.conf
is read first, then the drop\-ins in the order of their names; a later setting of the same option wins.
None of them needs to exist.
.PP
A line is a section in brackets,
.IR "option" " = " "value" ,
or a comment after
.B #
or
.BR ; .
Names and values are case\-sensitive.
.PP
.B berth policy check
.RI [ FILE ]
says what is wrong in a file, with the line, the option and what is allowed.
.B systemctl reload berthd
makes a changed policy the one in force; if anything in it is wrong, the policy in force stays.
A new policy holds for the next login; nothing happens to sessions that exist.
)";

constexpr std::string_view kManualTail = R"(.SH USERS AND GROUPS
The sections
.BI "[group " NAME ]
and
.BI "[user " NAME ]
set any of the options above for some accounts only.
In them an option may be written with its section,
.BR login.on_login ,
and must be where its name alone could mean two.
What stands in a user's section wins over the sections of their groups, and these over the sections for everyone.
Of several groups' sections the last one written wins.
.B berth policy show \-\-user
.I NAME
prints what holds for an account and where each value was set.
.SH FORCED LOGINS
For accounts whose
.B hook
is
.B force
a reload of berthd
.RB ( "berth policy apply" )
writes
.IR /etc/ssh/sshd_config.d/50\-berth.conf ,
has
.B sshd \-t
check it, and sshd read it.
There are no such accounts, and no such file, unless the policy says so.
.SH EXAMPLES
Contractors always land in a session and may not copy files; alice chooses from a menu:
.PP
.nf
.RS
[group contractors]
hook = force
force_exec = refuse

[user alice]
on_login = menu
.RE
.fi
.SH SEE ALSO
.BR berth (1),
.BR berthd (8),
.BR sshd_config (5)
)";

std::string_view type_word(const Option& row) {
    if (row.text_bytes != 0)
        return "text";
    return row.words.empty() ? "number" : "word";
}

} // namespace

std::string sample_file() {
    std::string out(kSampleHead);
    std::string_view section;
    for (const Option& row : options()) {
        if (row.section != section)
            out.append("\n[").append(row.section).append("]\n");
        else
            out += "\n";
        section = row.section;
        out += wrap(row.text, "# ", kSampleWidth);
        if (row.words.empty())
            out.append("# ").append(allowed_text(row)).append("\n");
        for (const Word& word : row.words)
            out +=
                wrap(std::string(word.name).append(": ").append(word.text), "#   ", kSampleWidth);
        out.append("#").append(row.name).append(" = ").append(value_text(row, row.fallback));
        if (out.ends_with(' '))
            out.pop_back();
        out += "\n";
    }
    return out.append(kSampleTail);
}

std::string manual_page() {
    std::string out(kManualHead);
    out += ".SH OPTIONS\n";
    std::string_view section;
    for (const Option& row : options()) {
        if (row.section != section)
            out.append(".SS [").append(row.section).append("]\n");
        section = row.section;
        out.append(".TP\n.BR ").append(roff(row.name)).append(" \" = ");
        out.append(type_word(row)).append("\"\n");
        out += roff(row.text) + "\n";
        for (const Word& word : row.words)
            out.append(".RS\n.TP\n.B ")
                .append(word.name)
                .append("\n")
                .append(roff(word.text))
                .append("\n.RE\n");
        out.append(".IP\n");
        if (row.words.empty())
            out += "Allowed: " + allowed_text(row) + ". ";
        out += row.text_bytes != 0 ? "By default empty.\n"
                                   : "Default: " + value_text(row, row.fallback) + ".\n";
    }
    return out.append(kManualTail);
}

std::string show_text(const Settings& settings) {
    std::string out;
    for (const Option& row : options()) {
        std::string line = full_name(row) + " = " + settings.text(row.id);
        line.resize(std::max<std::size_t>(line.size() + 2, 36), ' ');
        out += line + "# " + settings.origin(row.id).text() + "\n";
    }
    return out;
}

} // namespace berth::policy
