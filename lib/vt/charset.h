// Character sets: DEC special graphics, technical, supplemental, Latin-1 and the national
// replacement sets (VT520 manual, chapter 7; ctlseqs, "Designate G0 Character Set"). Internal to
// lib/vt.
#pragma once

#include "vt/terminal.h"

namespace berth::vt {

// Does a designation name a set that we have?
[[nodiscard]] bool is_known(const Charset& charset);
// Does it leave all of 0x20 to 0x7e as they are?
[[nodiscard]] bool is_ascii(const Charset& charset, bool national);
// What a byte of 0x20 to 0x7e stands for.
[[nodiscard]] char32_t translate(const Charset& charset, bool national, char byte);

} // namespace berth::vt
