/* base/registry.c - checks, copies and finds custom rows. */
#include "base/registry.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_NAME = 31 };

typedef struct gml_registered {
    struct gml_registered *next;
    const gml_entries *tables;
    size_t bytes; /* size of this struct with the row and its texts, which follow */
    _Alignas(max_align_t) char row[];
} registered;

static const gml_entry *entry_of(const registered *one)
{
    return (const gml_entry *)(const void *)one->row;
}

/* ---- checks ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(const char *name)
{
    size_t length = 0;
    while (is_letter(name[length]) ||
           (length > 0 && ((name[length] >= '0' && name[length] <= '9') || name[length] == '_'))) {
        length++;
    }
    return length > 0 && length <= LONGEST_NAME && name[length] == '\0';
}

static gml_status check_name(gml_context *context, const char *what, const char *name)
{
    if (name != NULL && is_name(name)) {
        return GML_OK;
    }
    return gml_fail(context, GML_ERROR_ARGUMENT,
                    "%s \"%.60s\": a name begins with a letter, has only letters, digits and \"_\", and at most %d "
                    "characters",
                    what, name != NULL ? name : "", LONGEST_NAME);
}

static bool is_sound(const gml_parameter *parameter)
{
    size_t words = 0;
    while (parameter->word != NULL && parameter->word(words) != NULL) {
        words++;
    }
    if (parameter->word != NULL) {
        return parameter->initial >= 0 && parameter->initial < (double)words &&
               parameter->initial == floor(parameter->initial);
    }
    return isfinite(parameter->minimum) && isfinite(parameter->maximum) && parameter->initial >= parameter->minimum &&
           parameter->initial <= parameter->maximum;
}

static gml_status check_parameter(gml_context *context, const char *what, const gml_entry *entry, size_t index)
{
    const gml_parameter *parameter = &entry->parameters[index];
    char named[GML_CALL_SIZE];
    snprintf(named, sizeof named, "%s \"%s\", argument", what, entry->name);
    gml_status status = check_name(context, named, parameter->name);
    if (status != GML_OK) {
        return status;
    }
    if (gml_call_parameter(entry, parameter->name, strlen(parameter->name)) != index) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s \"%s\" is given twice", named, parameter->name);
    }
    return is_sound(parameter)
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT,
                          "%s \"%s\": its initial value must lie from its minimum to its maximum, all of them finite",
                          named, parameter->name);
}

/* Checks that any call of the row fits into GML_CALL_SIZE. */
static gml_status check_length(gml_context *context, const char *what, const gml_entry *entry)
{
    size_t longest = strlen(entry->name) + sizeof "()";
    for (size_t i = 0; i < entry->parameter_count; i++) {
        const gml_parameter *parameter = &entry->parameters[i];
        size_t value = parameter->word == NULL ? GML_NUMBER_SIZE : 0;
        for (size_t k = 0; parameter->word != NULL && parameter->word(k) != NULL; k++) {
            size_t length = strlen(parameter->word(k));
            value = length > value ? length : value;
        }
        longest += strlen(parameter->name) + strlen("=, ") + value;
    }
    return longest <= GML_CALL_SIZE
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT,
                          "%s \"%s\": a call with all arguments may have %zu characters; at most %d are allowed; use "
                          "shorter names",
                          what, entry->name, longest, GML_CALL_SIZE);
}

static gml_status check_free(gml_context *context, const char *what, const gml_entries *tables, const char *name)
{
    const gml_entry *entry = NULL;
    for (; *tables != NULL; tables++) {
        for (size_t i = 0; (entry = gml_registry_entry(context, *tables, i)) != NULL; i++) {
            if (strcmp(entry->name, name) == 0) {
                return gml_fail(context, GML_ERROR_NAME, "%s \"%s\": the name is already in use", what, name);
            }
        }
    }
    return GML_OK;
}

static gml_status check(gml_context *context, const char *what, const gml_entries *tables, const gml_entry *entry)
{
    gml_status status = check_name(context, what, entry->name);
    if (status == GML_OK && entry->parameter_count > GML_MAX_PARAMETERS) {
        status = gml_fail(context, GML_ERROR_ARGUMENT, "%s \"%s\": has %zu arguments; at most %d are allowed", what,
                          entry->name, entry->parameter_count, GML_MAX_PARAMETERS);
    }
    for (size_t i = 0; status == GML_OK && i < entry->parameter_count; i++) {
        status = check_parameter(context, what, entry, i);
    }
    if (status == GML_OK) {
        status = check_length(context, what, entry);
    }
    return status == GML_OK ? check_free(context, what, tables, entry->name) : status;
}

/* ---- copies ---- */

/* Copies *text to `to` + used, and redirects it there, unless `to` is null; returns the new `used`. */
static size_t move_text(const char **text, char *to, size_t used)
{
    if (*text == NULL) {
        return used;
    }
    size_t size = strlen(*text) + 1;
    if (to != NULL) {
        *text = memcpy(to + used, *text, size);
    }
    return used + size;
}

static size_t move_texts(gml_entry *entry, char *to)
{
    const char **texts[] = {&entry->name,  &entry->summary, &entry->formula, &entry->derivative,
                            &entry->range, &entry->pitfall, &entry->source};
    size_t used = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        used = move_text(texts[i], to, used);
    }
    for (size_t i = 0; i < entry->parameter_count; i++) {
        used = move_text(&entry->parameters[i].name, to, used);
        used = move_text(&entry->parameters[i].meaning, to, used);
    }
    return used;
}

gml_status gml_register(gml_context *context, const char *what, const gml_entries *tables, const gml_entry *row,
                        size_t size, gml_entry **kept)
{
    gml_status status = check(context, what, tables, row);
    if (status != GML_OK) {
        return status;
    }
    gml_entry texts = *row;
    size_t bytes = sizeof(registered) + size + move_texts(&texts, NULL);
    registered *one = gml_allocate(context, bytes, 1, what);
    if (one == NULL) {
        return GML_ERROR_MEMORY;
    }
    *one = (registered){.tables = tables, .bytes = bytes};
    *kept = memcpy(one->row, row, size);
    move_texts(*kept, one->row + size);
    struct gml_registered **last = &context->registered;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = one;
    return GML_OK;
}

void gml_registry_clear(gml_context *context)
{
    while (context->registered != NULL) {
        registered *one = context->registered;
        context->registered = one->next;
        gml_release(context, one, one->bytes, 1);
    }
}

/* ---- finding ---- */

static bool is_in(const registered *one, gml_entries table)
{
    const gml_entries *in = one->tables;
    while (*in != NULL && *in != table) {
        in++;
    }
    return *in != NULL;
}

const gml_entry *gml_registry_entry(const gml_context *context, gml_entries table, size_t index)
{
    const gml_entry *entry = table(index);
    if (entry != NULL || context->registered == NULL) {
        return entry;
    }
    size_t rows = 0;
    while (table(rows) != NULL) {
        rows++;
    }
    for (const registered *one = context->registered; one != NULL; one = one->next) {
        if (is_in(one, table) && rows++ == index) {
            return entry_of(one);
        }
    }
    return NULL;
}
