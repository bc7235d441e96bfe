#include "app/service/study_backend.h"

#include "core/session/session.h"

namespace quantscope {

StudyBackend coreBackend() {
    return {.run = runStudy,
            .resume = resumeStudy,
            .estimate = estimateStudy,
            .summarizeModel = quantscope::summarizeModel,
            .previewText = quantscope::previewText,
            .open = openSession,
            .canResume = quantscope::canResume,
            .save = writeSession,
            .methods = methodList,
            .planToJson = quantscope::planToJson,
            .planFromJson = quantscope::planFromJson,
            .demoPlan = quantscope::demoPlan};
}

} // namespace quantscope
