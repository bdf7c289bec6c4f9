/* base/saved.c - builds the list of a state; its values to JSON and back. */
#include "base/saved.h"

#include <stdio.h>

#include "base/text.h"

/* ---- the list ---- */

/* Writes a name behind the prefix of the list. False if it is too long. */
static bool set_name(const gml_saved *saved, const char *name, char to[GML_SAVED_NAME])
{
    const int length = snprintf(to, GML_SAVED_NAME, "%s%s", saved->prefix != NULL ? saved->prefix : "", name);
    return length > 0 && length < GML_SAVED_NAME;
}

static void add_value(gml_saved *saved, const char *name, gml_saved_value value)
{
    saved->full = saved->full || saved->value_count == GML_SAVED_VALUES || !set_name(saved, name, value.name);
    if (!saved->full) {
        saved->values[saved->value_count++] = value;
    }
}

void gml_saved_count(gml_saved *saved, const char *name, size_t *count, size_t most)
{
    add_value(saved, name, (gml_saved_value){.kind = GML_SAVED_COUNT, .place = count, .most = most});
}

void gml_saved_number(gml_saved *saved, const char *name, double *number)
{
    add_value(saved, name, (gml_saved_value){.kind = GML_SAVED_NUMBER, .place = number});
}

void gml_saved_flag(gml_saved *saved, const char *name, bool *flag)
{
    add_value(saved, name, (gml_saved_value){.kind = GML_SAVED_FLAG, .place = flag});
}

void gml_saved_array_of(gml_saved *saved, const char *name, gml_dtype dtype, size_t count, void *numbers)
{
    if (numbers == NULL || count == 0) {
        return;
    }
    gml_saved_array array = {.dtype = dtype, .count = count, .numbers = numbers};
    saved->full = saved->full || saved->array_count == GML_SAVED_ARRAYS || !set_name(saved, name, array.name);
    if (!saved->full) {
        saved->arrays[saved->array_count++] = array;
    }
}

/* ---- JSON ---- */

static json_t *value_to_json(const gml_saved_value *value)
{
    char text[GML_NUMBER_SIZE];
    switch (value->kind) {
    case GML_SAVED_COUNT:
        return json_integer((json_int_t) * (const size_t *)value->place);
    case GML_SAVED_FLAG:
        return json_boolean(*(const bool *)value->place);
    default:
        gml_text_from_double(*(const double *)value->place, text);
        return json_string(text);
    }
}

json_t *gml_saved_to_json(const gml_saved *saved)
{
    json_t *object = json_object();
    for (size_t i = 0; i < saved->value_count; i++) {
        if (json_object_set_new(object, saved->values[i].name, value_to_json(&saved->values[i])) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* Reads a number; false if the JSON value is none. */
static bool read_number(json_t *value, double *number)
{
    return json_is_string(value) && gml_text_to_double(json_string_value(value), json_string_length(value), number);
}

static bool is_count(json_t *value, size_t most)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 && (uint64_t)json_integer_value(value) <= most;
}

static bool is_value(json_t *json, const gml_saved_value *value)
{
    double number;
    return value->kind == GML_SAVED_COUNT  ? is_count(json, value->most)
           : value->kind == GML_SAVED_FLAG ? json_is_boolean(json)
                                           : read_number(json, &number);
}

gml_status gml_saved_check(gml_context *context, const char *where, json_t *object, const gml_saved *saved)
{
    static const char *const kinds[] = {"a count that this state can have", "a number as a text", "true or false"};
    for (size_t i = 0; i < saved->value_count; i++) {
        const gml_saved_value *value = &saved->values[i];
        if (!is_value(json_object_get(object, value->name), value)) {
            return gml_fail(context, GML_ERROR_DATA, "%s: \"%s\" is not %s", where, value->name, kinds[value->kind]);
        }
    }
    if (json_object_size(object) != saved->value_count) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has %zu values; this state has %zu", where,
                        json_object_size(object), saved->value_count);
    }
    return GML_OK;
}

void gml_saved_from_json(json_t *object, const gml_saved *saved)
{
    for (size_t i = 0; i < saved->value_count; i++) {
        json_t *json = json_object_get(object, saved->values[i].name);
        void *place = saved->values[i].place;
        switch (saved->values[i].kind) {
        case GML_SAVED_COUNT:
            *(size_t *)place = (size_t)json_integer_value(json);
            break;
        case GML_SAVED_FLAG:
            *(bool *)place = json_is_true(json);
            break;
        default:
            read_number(json, place);
        }
    }
}
