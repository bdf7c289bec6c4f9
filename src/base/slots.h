/* base/slots.h - a pool of working memory: one slot for each concurrent task.
 *
 * A list begins with one slot, or none. If all are in use, another is allocated, up to a limit. Slots are kept until
 * the list is freed. No lock is held while a task works. */
#ifndef GML_BASE_SLOTS_H
#define GML_BASE_SLOTS_H

#include <stdatomic.h>

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/context.h"

typedef struct gml_slot {
    _Alignas(64) atomic_flag busy; /* on its own cache line, against false sharing */
    struct gml_slot *next;         /* the slot made before this one; null: none */
    void *memory;                  /* [bytes] of the list */
} gml_slot;

typedef struct gml_slots {
    _Atomic(gml_slot *) latest;
    atomic_size_t made; /* slots that exist or are being made */
    size_t most, bytes; /* the most slots, and bytes of each */
    gml_slot first;     /* in the owner's memory, if given */
} gml_slots;

/* Initializes a list that may grow to `most` slots of `bytes` each. It begins with one slot in `memory`, or none if
 * that is null. */
void gml_slots_begin(gml_slots *slots, void *memory, size_t bytes, size_t most);

/* Frees all slots that the list has allocated. */
void gml_slots_end(gml_context *context, gml_slots *slots);

/* Allocates slots until there are `count`, or as many as memory and `most` allow. */
void gml_slots_reserve(gml_context *context, gml_slots *slots, size_t count);

/* Takes a free slot; null if all are in use and no other can be allocated. */
gml_slot *gml_slot_try(gml_context *context, gml_slots *slots);

/* Takes a free slot, and waits if there is none. The list must have begun with one. */
gml_slot *gml_slot_take(gml_context *context, gml_slots *slots);
void gml_slot_give_back(gml_slot *slot);

#endif
