/* tune/assign.c - puts the values of an assignment into a recipe. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optimizer/optimizer.h"
#include "tune/space.h"

/* ---- texts ---- */

static gml_status fail_room(gml_context *context)
{
    return gml_fail(context, GML_ERROR_ARGUMENT, "assignment: its texts take more than %d characters",
                    GML_ASSIGNED_SIZE - 1);
}

/* Copies a text into the assigned recipe; null if there is no room. */
static const char *keep_text(gml_draft *draft, const char *text, size_t length)
{
    char *copy = draft->assigned->texts + draft->used;
    if (length >= sizeof draft->assigned->texts - draft->used) {
        return NULL;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    draft->used += length + 1;
    return copy;
}

/* ---- one value ---- */

static gml_status set_value(gml_draft *draft, const gml_space *space, const gml_space_item *item)
{
    const gml_part part = item->choices[0];
    const char *text = space->text + part.begin;
    const size_t length = part.end - part.begin;
    const gml_value_kind kind = item->dimension->kind;
    const bool braced = kind == GML_VALUE_TEXT && text[0] == '{';
    gml_value value = {.text = NULL};
    if (kind == GML_VALUE_NUMBER || kind == GML_VALUE_WHOLE) {
        gml_text_to_double(text, length, &value.number); /* the parser has checked it */
    } else if (kind == GML_VALUE_SWITCH) {
        value.number = text[0] == 'y';
    } else if (kind != GML_VALUE_CALL_OR_NONE || length != 4 || memcmp(text, "none", 4) != 0) {
        value.text = braced ? keep_text(draft, text + 1, length - 2) : keep_text(draft, text, length);
        if (value.text == NULL) {
            return fail_room(draft->context);
        }
    }
    item->dimension->set(draft, &value);
    draft->hidden = draft->hidden || item->dimension->network;
    return GML_OK;
}

/* ---- what several values make together ---- */

/* Appends to the description of the hidden layers; false if there is no room. */
static bool append(gml_draft *draft, const char *first, const char *second)
{
    const size_t room = sizeof draft->assigned->texts - draft->used;
    const int length = snprintf(draft->assigned->texts + draft->used, room, "%s%s", first, second);
    draft->used += length > 0 && (size_t)length < room ? (size_t)length : 0;
    return length >= 0 && (size_t)length < room;
}

/* Writes the hidden layers: "128 relu -> dropout 0.2", or with a norm "128 -> batchnorm -> relu". */
static gml_status write_hidden(gml_draft *draft)
{
    char number[GML_NUMBER_SIZE];
    bool good = true;
    const char *begin = draft->assigned->texts + draft->used;
    if (draft->used == sizeof draft->assigned->texts) {
        return fail_room(draft->context);
    }
    draft->assigned->texts[draft->used] = '\0';
    for (size_t i = 0; i < draft->depth && good; i++) {
        gml_text_from_double((double)(draft->listed ? draft->widths[i] : draft->width), number);
        good = append(draft, i > 0 ? " -> " : "", number);
        if (draft->norm != NULL) {
            good = good && append(draft, " -> ", draft->norm) && append(draft, " -> ", draft->activation);
        } else {
            good = good && append(draft, " ", draft->activation);
        }
        if (draft->dropout > 0) {
            gml_text_from_double(draft->dropout, number);
            good = good && append(draft, " -> dropout ", number);
        }
    }
    draft->used++;
    draft->assigned->recipe.hidden = begin;
    return good && draft->used <= sizeof draft->assigned->texts ? GML_OK : fail_room(draft->context);
}

/* Puts the decay into the call of the optimizer. */
static gml_status write_decay(gml_draft *draft)
{
    gml_train_options *fit = &draft->assigned->recipe.fit;
    const char *optimizer = fit->optimizer != NULL ? fit->optimizer : "adam";
    char text[GML_CALL_SIZE];
    gml_call call;
    gml_status status =
        gml_call_parse(draft->context, "optimizer", gml_optimizer_entry, optimizer, strlen(optimizer), &call);
    if (status != GML_OK) {
        return status;
    }
    const gml_optimizer_row *row = gml_call_row(&call);
    if (row->decay == 0) {
        return gml_fail(draft->context, GML_ERROR_ARGUMENT,
                        "assignment: decay is the weight_decay of an optimizer, and %s has none; adamw has", optimizer);
    }
    call.values[row->decay] = draft->decay;
    gml_call_print(&call, text);
    fit->optimizer = keep_text(draft, text, strlen(text));
    return fit->optimizer != NULL ? GML_OK : fail_room(draft->context);
}

/* Multiplies the rate: the recipe's, or else that of its optimizer's call. */
static gml_status write_rate(gml_draft *draft)
{
    gml_train_options *fit = &draft->assigned->recipe.fit;
    const char *optimizer = fit->optimizer != NULL ? fit->optimizer : "adam";
    gml_call call;
    gml_status status =
        gml_call_parse(draft->context, "optimizer", gml_optimizer_entry, optimizer, strlen(optimizer), &call);
    if (status == GML_OK && gml_call_parameter(call.entry, "lr", 2) == call.entry->parameter_count) {
        return gml_fail(draft->context, GML_ERROR_ARGUMENT,
                        "assignment: rate_factor is for a learning rate, and %s has none", optimizer);
    }
    if (status == GML_OK) {
        const double rate = fit->learning_rate > 0 ? fit->learning_rate : gml_call_value(&call, "lr", 0);
        fit->learning_rate = fmin(draft->rate_factor * rate, GML_MAX_RATE);
    }
    return status;
}

/* Settles batch and epochs, so that a trial on fewer samples has the same. */
static void settle_length(gml_draft *draft, size_t samples)
{
    gml_recipe *recipe = &draft->assigned->recipe;
    recipe->fit = gml_recipe_fit_options(recipe, samples);
    if (draft->length > 0) {
        const double epochs = round(draft->length * (double)recipe->fit.epochs);
        recipe->fit.epochs = epochs < 1 ? 1 : epochs < 1e15 ? (size_t)epochs : (size_t)1e15;
    }
}

static gml_status finish(gml_draft *draft, size_t samples)
{
    gml_status status = draft->hidden && draft->layers == NULL ? write_hidden(draft) : GML_OK;
    if (draft->layers != NULL) {
        draft->assigned->recipe.hidden = draft->layers;
    }
    if (status == GML_OK && draft->decay > 0) {
        status = write_decay(draft);
    }
    if (status == GML_OK && draft->rate_factor > 0) {
        status = write_rate(draft);
    }
    settle_length(draft, samples);
    return status;
}

/* ---- the whole ---- */

static gml_status set_values(gml_draft *draft, const gml_space *space)
{
    for (size_t i = 0; i < space->count; i++) {
        const gml_space_item *item = &space->items[i];
        if (item->numbers != NULL || item->choice_count != 1) {
            return gml_fail(draft->context, GML_ERROR_ARGUMENT, "assignment: %s has several values; one is expected",
                            item->dimension->entry.name);
        }
        const gml_status status = set_value(draft, space, item);
        if (status != GML_OK) {
            return status;
        }
    }
    return GML_OK;
}

/* An assignment and the settings of the recipe that it names. */
typedef struct assignment {
    gml_space values, named;
} assignment;

static gml_status assign(gml_context *context, const gml_recipe *recipe, const char *text, const gml_data_facts *facts,
                         assignment *read, gml_assigned_recipe *assigned)
{
    static const char what[] = "assignment";
    gml_draft draft = {.context = context, .assigned = assigned, .width = 128, .depth = 1, .activation = "relu"};
    gml_status status = GML_OK;
    assigned->recipe = recipe != NULL ? *recipe : (gml_recipe){0};
    read->values.count = 0;
    if (text[strspn(text, " ;")] != '\0') {
        status = gml_space_parse(context, what, text, facts, &read->values);
    }
    if (status == GML_OK) {
        status = gml_space_check(context, what, &read->values, recipe);
    }
    if (status == GML_OK) {
        status = gml_recipe_settings(context, recipe, &read->values, facts, &read->named);
    }
    if (status == GML_OK) {
        status = set_values(&draft, &read->named);
    }
    if (status == GML_OK) {
        status = set_values(&draft, &read->values);
    }
    return status == GML_OK ? finish(&draft, facts->samples) : status;
}

gml_status gml_recipe_assign(gml_context *context, const gml_recipe *recipe, const char *assignment_text,
                             const gml_dataset *dataset, gml_assigned_recipe *assigned)
{
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){
            {"context", context}, {"assignment", assignment_text}, {"dataset", dataset}, {"assigned", assigned}, {0}});
    assignment *read = status == GML_OK ? gml_allocate(context, 1, sizeof *read, "an assignment") : NULL;
    if (read == NULL) {
        return status == GML_OK ? GML_ERROR_MEMORY : status;
    }
    const gml_data_facts facts = gml_data_facts_of(dataset);
    status = assign(context, recipe, assignment_text, &facts, read, assigned);
    gml_release(context, read, 1, sizeof *read);
    return status;
}
