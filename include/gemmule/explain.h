/* gemmule/explain.h - includes all headers about explanations of networks. */
#ifndef GEMMULE_EXPLAIN_H
#define GEMMULE_EXPLAIN_H

#include "gemmule/attribution.h"
#include "gemmule/diagnosis.h"
#include "gemmule/effects.h"
#include "gemmule/health.h"

#endif
