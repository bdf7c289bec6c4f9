/* base/slots.c - a lock-free list of slots that only grows. */
#include "base/slots.h"

#include "base/context.h"

#include <sched.h>
#include <stdint.h>

void gml_slots_begin(gml_slots *slots, void *memory, size_t bytes, size_t most)
{
    *slots = (gml_slots){.most = most, .bytes = bytes, .first = {.memory = memory}};
    atomic_flag_clear(&slots->first.busy);
    atomic_init(&slots->latest, memory != NULL ? &slots->first : NULL);
    atomic_init(&slots->made, memory != NULL ? 1 : 0);
}

void gml_slots_end(gml_context *context, gml_slots *slots)
{
    gml_slot *slot = atomic_load(&slots->latest);
    while (slot != NULL && slot != &slots->first) {
        gml_slot *next = slot->next;
        gml_release(context, slot, sizeof *slot + slots->bytes, 1);
        slot = next;
    }
}

/* Returns null if the limit is reached or there is no memory. The caller goes on without, so no message is stored. */
static gml_slot *add_slot(gml_context *context, gml_slots *slots, bool busy)
{
    size_t made = atomic_load_explicit(&slots->made, memory_order_relaxed);
    do {
        if (made >= slots->most) {
            return NULL;
        }
    } while (!atomic_compare_exchange_weak_explicit(&slots->made, &made, made + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    const gml_allocator *allocator = &context->hooks.allocator;
    gml_slot *slot = allocator->allocate(allocator->user, sizeof *slot + slots->bytes, GML_ALIGNMENT);
    if (slot == NULL) {
        atomic_fetch_sub_explicit(&slots->made, 1, memory_order_relaxed);
        return NULL;
    }
    *slot = (gml_slot){.memory = slot + 1};
    atomic_flag_clear(&slot->busy);
    if (busy) {
        atomic_flag_test_and_set(&slot->busy);
    }
    slot->next = atomic_load_explicit(&slots->latest, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&slots->latest, &slot->next, slot, memory_order_release,
                                                  memory_order_relaxed)) {
    }
    return slot;
}

void gml_slots_reserve(gml_context *context, gml_slots *slots, size_t count)
{
    while (atomic_load_explicit(&slots->made, memory_order_relaxed) < count &&
           add_slot(context, slots, false) != NULL) {
    }
}

/* Returns a free slot among [from, to) of the list; null if all are in use. */
static gml_slot *find_free(gml_slots *slots, size_t from, size_t to, size_t *place)
{
    size_t i = 0;
    for (gml_slot *slot = atomic_load_explicit(&slots->latest, memory_order_acquire); slot != NULL && i < to;
         slot = slot->next, i++) {
        if (i >= from && !atomic_flag_test_and_set_explicit(&slot->busy, memory_order_acquire)) {
            *place = i;
            return slot;
        }
    }
    return NULL;
}

/* Each thread first tries the position of its last slot, in any list, which separates the threads. */
static gml_slot *take_free(gml_slots *slots)
{
    static _Thread_local size_t last;
    gml_slot *slot = find_free(slots, last, SIZE_MAX, &last);
    return slot != NULL ? slot : find_free(slots, 0, last, &last);
}

gml_slot *gml_slot_try(gml_context *context, gml_slots *slots)
{
    gml_slot *slot = take_free(slots);
    return slot != NULL ? slot : add_slot(context, slots, true);
}

gml_slot *gml_slot_take(gml_context *context, gml_slots *slots)
{
    gml_slot *slot = gml_slot_try(context, slots);
    for (; slot == NULL; slot = take_free(slots)) {
        sched_yield(); /* until another thread releases a slot */
    }
    return slot;
}

void gml_slot_give_back(gml_slot *slot)
{
    atomic_flag_clear_explicit(&slot->busy, memory_order_release);
}
