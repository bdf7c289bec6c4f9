/* gemmule/gemmule.h - includes all public headers. */
#ifndef GEMMULE_GEMMULE_H
#define GEMMULE_GEMMULE_H

#include "gemmule/activation.h"
#include "gemmule/calibrate.h"
#include "gemmule/checkpoint.h"
#include "gemmule/context.h"
#include "gemmule/cross_validate.h"
#include "gemmule/custom.h"
#include "gemmule/dataset.h"
#include "gemmule/ensemble.h"
#include "gemmule/entry.h"
#include "gemmule/explain.h"
#include "gemmule/interval.h"
#include "gemmule/loss.h"
#include "gemmule/matrix.h"
#include "gemmule/metrics.h"
#include "gemmule/model.h"
#include "gemmule/network.h"
#include "gemmule/optimizer.h"
#include "gemmule/plan.h"
#include "gemmule/preparation.h"
#include "gemmule/recipe.h"
#include "gemmule/rows.h"
#include "gemmule/schedule.h"
#include "gemmule/search.h"
#include "gemmule/split.h"
#include "gemmule/status.h"
#include "gemmule/table.h"
#include "gemmule/train.h"
#include "gemmule/tune.h"

#endif
