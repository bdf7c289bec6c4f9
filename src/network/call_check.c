/* network/call_check.c - checking a call by itself, before anything is made with it. */
#include <string.h>

#include "base/call.h"
#include "gemmule/attribution.h"
#include "gemmule/effects.h"
#include "gemmule/loss.h"
#include "gemmule/metrics.h"
#include "gemmule/network.h"
#include "gemmule/optimizer.h"
#include "gemmule/preparation.h"
#include "gemmule/schedule.h"
#include "gemmule/split.h"
#include "layer/activation.h"

static const struct {
    const char *kind;
    gml_entries table;
} tables[] = {
    {"activation", gml_any_activation_entry},
    {"initializer", gml_initializer_entry},
    {"data_init", gml_data_init_entry},
    {"loss", gml_loss_entry},
    {"optimizer", gml_optimizer_entry},
    {"schedule", gml_schedule_entry},
    {"average", gml_average_entry},
    {"group", gml_group_entry},
    {"metric", gml_metric_entry},
    {"split", gml_split_entry},
    {"transform", gml_transform_entry},
    {"attribution", gml_attribution_entry},
    {"effect", gml_effect_entry},
};

static gml_status read_call(gml_context *context, const char *function, const char *kind, const char *text,
                            gml_call *call)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(kind, tables[i].kind) == 0) {
            return gml_call_parse(context, kind, tables[i].table, text, strlen(text), call);
        }
    }
    return gml_fail(context, GML_ERROR_ARGUMENT, "%s: there is no table of kind \"%.60s\"", function, kind);
}

gml_status gml_call_check(gml_context *context, const char *kind, const char *text)
{
    gml_call call;
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"kind", kind}, {"text", text}, {0}});
    return status == GML_OK ? read_call(context, __func__, kind, text, &call) : status;
}

gml_status gml_call_read(gml_context *context, const char *kind, const char *text, gml_call_view *view)
{
    gml_call call;
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"kind", kind}, {"text", text}, {"view", view}, {0}});
    status = status == GML_OK ? read_call(context, __func__, kind, text, &call) : status;
    if (status == GML_OK) {
        view->entry = call.entry;
        memcpy(view->values, call.values, sizeof view->values);
    }
    return status;
}
