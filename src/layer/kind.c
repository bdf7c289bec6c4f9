/* layer/kind.c - the table of kinds of layers, and the words that layers begin with in descriptions. */
#include "layer/activation.h"
#include "layer/kinds.h"

static const gml_layer_kinds *const families[] = {&gml_kinds_plain, &gml_kinds_inputs, &gml_kinds_joined};

enum { FAMILIES = sizeof families / sizeof families[0] };

const gml_entry *gml_layer_entry(size_t index)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        if (index < families[i]->count) {
            return &families[i]->rows[index].entry;
        }
        index -= families[i]->count;
    }
    return NULL;
}

/* ---- the first word of a layer in a description ---- */

enum { WRITTEN_OTHERWISE = 2 }; /* dense and activation come first in the table */

static size_t named_kinds(void)
{
    size_t count = 0;
    for (size_t i = 0; i < FAMILIES; i++) {
        count += families[i]->count;
    }
    return count - WRITTEN_OTHERWISE;
}

const gml_entry *gml_layer_word_entry(size_t index)
{
    const size_t named = named_kinds();
    return index < named ? gml_layer_entry(WRITTEN_OTHERWISE + index) : gml_any_activation_entry(index - named);
}

bool gml_layer_word_is_kind(gml_call *call)
{
    const size_t named = named_kinds();
    const bool kind = call->row < named;
    call->row = kind ? call->row + WRITTEN_OTHERWISE : call->row - named;
    return kind;
}
