// What a process that waits keeps in memory.
#pragma once

namespace berth {

// Lets go of the pages of the program and of its libraries that were read from their files and
// never written (madvise(2), MADV_DONTNEED): starting touches many of them for the only time. What
// is used again is mapped again from the page cache, without reading.
void forget_start_pages();

} // namespace berth
