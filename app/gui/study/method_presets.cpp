#include "app/gui/study/method_presets.h"

#include <QCoreApplication>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::MethodPresets", text);
}

} // namespace

std::vector<MethodPreset> methodPresets() {
    return {
        {translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets", "As in Chang et al.")),
         translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets",
                                      "3 bits: GPTQ with groups of 64 and activation order, AWQ "
                                      "with groups of 128, NF3 with blocks of 64")),
         {parseMethodSpec("gptq:act_order=true,bits=3,group=64"),
          parseMethodSpec("awq:bits=3,group=128"), parseMethodSpec("nf:bits=3,block=64")}},
        {translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets", "4-bit everyday")),
         translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets",
                                      "4 bits: GPTQ and AWQ with groups of 128, NF4 with blocks "
                                      "of 64")),
         {parseMethodSpec("gptq:act_order=true,bits=4,group=128"),
          parseMethodSpec("awq:bits=4,group=128"), parseMethodSpec("nf:bits=4,block=64")}},
        {translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets", "Weights and activations")),
         translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets",
                                      "Inputs of matrices are rounded too: naive and smoothed in "
                                      "8 bits, QuaRot, DuQuant and PrefixQuant in 4 bits")),
         {parseMethodSpec("w8a8"), parseMethodSpec("smoothquant"), parseMethodSpec("quarot"),
          parseMethodSpec("duquant"), parseMethodSpec("prefixquant")}},
        {translated(
             QT_TRANSLATE_NOOP("quantscope::MethodPresets", "Round to nearest, 3 and 4 bits")),
         translated(QT_TRANSLATE_NOOP("quantscope::MethodPresets",
                                      "The baseline, which needs no calibration: groups of 128")),
         {parseMethodSpec("rtn:bits=3,group=128"), parseMethodSpec("rtn:bits=4,group=128")}},
    };
}

} // namespace quantscope
