#pragma once

namespace quantscope {

// The window stays quick while a study uses every core. On Linux a nice value is a thread's own,
// and the threads that it makes inherit it.

inline constexpr int studyNiceness = 10; ///< of whole studies
inline constexpr int answerNiceness = 2; ///< of what a person waits for: pages, questions, files

/// Gives the processor to others before the calling thread. A thread that is as nice already, or
/// nicer, stays as it is.
void makeThisThreadNice(int niceness);

/// The same for every thread of the process but the calling one: those that libraries made for
/// products while the program was loaded. Call it before other threads run.
void makeOtherThreadsNice(int niceness);

} // namespace quantscope
