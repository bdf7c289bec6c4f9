/* base/slots.h - working memory by use: a slot for each task that needs one at the same time.
 *
 * A list begins with one slot, or none. Another is made when all are in use, up to a limit; slots stay until the list
 * goes. No lock is held while a task works. */
#ifndef GML_BASE_SLOTS_H
#define GML_BASE_SLOTS_H

#include <stdatomic.h>

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/context.h"

typedef struct gml_slot {
    _Alignas(64) atomic_flag busy; /* on a line of its own: callers do not wait for each other's */
    struct gml_slot *next;         /* made before this one; null: the first */
    void *memory;                  /* [bytes] of the list */
} gml_slot;

typedef struct gml_slots {
    _Atomic(gml_slot *) latest;
    atomic_size_t made; /* slots that are there or are being made */
    size_t most, bytes; /* how many there may be, and the memory of each */
    gml_slot first;     /* over memory of the owner's, if there is such */
} gml_slots;

/* A list of slots of `bytes` each that may grow to `most`; it begins with one over `memory`, or none if that is null.
 */
void gml_slots_begin(gml_slots *slots, void *memory, size_t bytes, size_t most);

/* Gives back the slots that were made since. */
void gml_slots_end(gml_context *context, gml_slots *slots);

/* Makes slots until there are `count`, or as many as memory and `most` allow. */
void gml_slots_reserve(gml_context *context, gml_slots *slots, size_t count);

/* A free slot; null if memory is refused or there are enough. */
gml_slot *gml_slot_try(gml_context *context, gml_slots *slots);

/* A free slot, of a list that began with one: waits for it where there is none. */
gml_slot *gml_slot_take(gml_context *context, gml_slots *slots);
void gml_slot_give_back(gml_slot *slot);

#endif
