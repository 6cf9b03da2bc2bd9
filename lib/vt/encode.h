// The bytes that make a terminal do something: control sequences as replay.h and renderer.h write
// them. Every function appends to `out`. Rows and columns count from 0 as everywhere in the
// library; the sequences count from 1.
#pragma once

#include <string>
#include <string_view>

#include "vt/cell.h"

namespace berth::vt {

// CSI n FINAL, without n when it is 1 (every sequence used this way takes 1 for an absent
// parameter).
void append_csi(std::string& out, int count, char final);
// CSI a ; b FINAL.
void append_csi(std::string& out, int first, int second, char final);
// CSI ? mode h, or l (DECSET, DECRST).
void append_mode(std::string& out, int mode, bool on);
// CUP; CSI H for the first cell.
void append_position(std::string& out, int row, int column);
// OSC text ST. Control characters in the text are left out: none can end the string early.
void append_osc(std::string& out, std::string_view text);
// OSC 8; the empty uri closes the link.
void append_link(std::string& out, const Hyperlink& link);

// SGR from one style to another: the shorter of the difference and of a reset with everything
// named. Nothing when the styles are equal. Sub-parameters (4:3, 58:2::r:g:b) appear only for what
// has no older form.
void append_sgr(std::string& out, const Style& from, const Style& to);

void append_number(std::string& out, unsigned value);

} // namespace berth::vt
