/* data/target/labels.c - a hash table with linear probing over keys in one pile, and a heap sort, which allocates
 * nothing. */
#include "data/target/labels.h"

#include <string.h>

#include "base/least.h"

enum { LEAST_SLOTS = 8 };

typedef struct entry {
    size_t offset, length;
    uint64_t hash;
} entry;

/* FNV-1a. */
static uint64_t hash_key(const void *key, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ ((const uint8_t *)key)[i]) * 0x100000001b3u;
    }
    return hash ^ (hash >> 32);
}

static const entry *entry_at(const gml_labels *labels, size_t label)
{
    return (const entry *)labels->entries.data + label;
}

static size_t slot_count(const gml_labels *labels)
{
    return labels->slots.size / sizeof(size_t);
}

/* Returns the slot of the key, or the free slot where it belongs. At least half of the slots are free. */
static size_t *find_slot(const gml_labels *labels, uint64_t hash, const void *key, size_t length)
{
    size_t *slots = labels->slots.data;
    size_t mask = slot_count(labels) - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        if (slots[i] == 0) {
            return &slots[i];
        }
        const entry *found = entry_at(labels, slots[i] - 1);
        if (found->hash == hash && found->length == length &&
            (length == 0 || memcmp((const char *)labels->bytes.data + found->offset, key, length) == 0)) {
            return &slots[i];
        }
    }
}

bool gml_labels_find(const gml_labels *labels, const void *key, size_t length, size_t *label)
{
    if (labels->count == 0) {
        return false;
    }
    size_t slot = *find_slot(labels, hash_key(key, length), key, length);
    *label = slot - (slot > 0);
    return slot > 0;
}

/* Keeps at least half of the slots free. The number of slots is a power of two. */
static gml_status grow_slots(gml_context *context, gml_labels *labels)
{
    size_t count = slot_count(labels);
    if (labels->count < count / 2) {
        return GML_OK;
    }
    count = count == 0 ? LEAST_SLOTS : count * 2;
    gml_pile slots = {0};
    gml_status status = gml_pile_reserve(context, &slots, count * sizeof(size_t), "the table of classes");
    if (status != GML_OK) {
        return status;
    }
    slots.size = count * sizeof(size_t);
    memset(slots.data, 0, slots.size);
    gml_pile_clear(context, &labels->slots);
    labels->slots = slots;
    for (size_t label = 0; label < labels->count; label++) {
        size_t length;
        const void *key = gml_labels_key(labels, label, &length);
        *find_slot(labels, entry_at(labels, label)->hash, key, length) = label + 1;
    }
    return GML_OK;
}

gml_status gml_labels_add(gml_context *context, gml_labels *labels, const void *key, size_t length, size_t *label)
{
    gml_status status = grow_slots(context, labels);
    if (status != GML_OK) {
        return status;
    }
    uint64_t hash = hash_key(key, length);
    size_t *slot = find_slot(labels, hash, key, length);
    if (*slot == 0) {
        entry made = {.offset = labels->bytes.size, .length = length, .hash = hash};
        status = gml_pile_push(context, &labels->bytes, key, length, "the names of classes");
        if (status == GML_OK) {
            status = gml_pile_push(context, &labels->entries, &made, sizeof made, "the table of classes");
        }
        if (status != GML_OK) {
            return status;
        }
        *slot = ++labels->count;
    }
    *label = *slot - 1;
    return GML_OK;
}

const void *gml_labels_key(const gml_labels *labels, size_t label, size_t *length)
{
    const entry *found = entry_at(labels, label);
    *length = found->length;
    return (const char *)labels->bytes.data + found->offset;
}

int gml_labels_compare_text(const void *a, size_t a_length, const void *b, size_t b_length)
{
    int order = memcmp(a, b, gml_least(a_length, b_length));
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static bool is_less(const gml_labels *labels, gml_labels_compare compare, size_t a, size_t b)
{
    size_t a_length, b_length;
    const void *a_key = gml_labels_key(labels, a, &a_length);
    const void *b_key = gml_labels_key(labels, b, &b_length);
    return compare(a_key, a_length, b_key, b_length) < 0;
}

/* Lets order[root] sink in the heap order[0 .. size-1], whose parents are not less than their children. */
static void sink(const gml_labels *labels, gml_labels_compare compare, size_t *order, size_t root, size_t size)
{
    for (size_t child = 2 * root + 1; child < size; child = 2 * root + 1) {
        if (child + 1 < size && is_less(labels, compare, order[child], order[child + 1])) {
            child++;
        }
        if (!is_less(labels, compare, order[root], order[child])) {
            return;
        }
        size_t swapped = order[root];
        order[root] = order[child];
        order[child] = swapped;
        root = child;
    }
}

void gml_labels_sort(const gml_labels *labels, gml_labels_compare compare, size_t *order)
{
    for (size_t i = 0; i < labels->count; i++) {
        order[i] = i;
    }
    for (size_t i = labels->count / 2; i > 0; i--) {
        sink(labels, compare, order, i - 1, labels->count);
    }
    for (size_t size = labels->count; size > 1; size--) {
        size_t greatest = order[0];
        order[0] = order[size - 1];
        order[size - 1] = greatest;
        sink(labels, compare, order, 0, size - 1);
    }
}

void gml_labels_clear(gml_context *context, gml_labels *labels)
{
    gml_pile_clear(context, &labels->bytes);
    gml_pile_clear(context, &labels->entries);
    gml_pile_clear(context, &labels->slots);
    *labels = (gml_labels){0};
}
